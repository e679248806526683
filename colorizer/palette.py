"""What a palette or a style photo tells a network of the picture as a whole (Zhang et al. 2017, section 3.3)."""

from collections.abc import Sequence

import torch
from torch import Tensor

from colorizer import bins
from colorizer.hints import Colour, read_palette
from colorizer.lab import rgb_to_lab, saturation

Palette = Sequence[Colour] | None
"""Colours that a result should be made of."""

PALETTE_SHARE = 0.5
"""Share of a picture that a palette speaks for; the rest stays as pictures usually are, mostly neutral."""


def of_colours(palette: Sequence[Colour]) -> Tensor:
    """The global condition (316,) of a picture made of these colours. Raises InputError where there are none."""
    rgb = torch.tensor(read_palette(palette), dtype=torch.float32).T / 255
    # Each colour fills 4 x 4 pixels, which the histogram takes the mean of: the colours must not become one mean.
    picture = rgb.repeat_interleave(4, dim=1)[:, :, None].expand(-1, -1, 4)
    condition = bins.global_condition(rgb_to_lab(picture)[1:], None)
    condition[: bins.COUNT] = PALETTE_SHARE * condition[: bins.COUNT] + (1 - PALETTE_SHARE) * bins.prior()
    return condition


def of_photo(rgb: Tensor) -> Tensor:
    """The global condition (316,) of a small copy of a photo, sRGB (3, h, w) in 0..1."""
    return bins.global_condition(rgb_to_lab(rgb)[1:], saturation(rgb))


def emphasis(condition: Tensor) -> Tensor:
    """What a global condition adds to the logits of the 313 bins, (313,)."""
    return ((condition[: bins.COUNT] + 1e-4) / (bins.prior() + 1e-4)).log() / 2
