"""Whether a hint colours the thing that it is put on, and nothing else.

A photograph has no true picture of "this coat in blue". But what should happen is known: the region around the hint
takes the hint's colour, and the rest stays as it was without the hint.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from scipy.ndimage import binary_dilation, distance_transform_edt
from torch import Tensor

from colorizer.bins import AB_SCALE
from colorizer.encoded import EncodedPhoto
from colorizer.evaluation.hints import SIDE
from colorizer.evaluation.metrics import chroma
from colorizer.evaluation.regions import plain_regions
from colorizer.model import Colorizer
from colorizer.pixels import Pixels
from colorizer.upsample import join

Mask = npt.NDArray[np.bool_]

LARGEST = 0.4
"""Share of the photo that a region has at most."""

MOVED = 5.0
"""ab units by which a pixel must change to count as moved."""

MARGIN = 0.03
"""Of the shorter side: a rim around the region that counts as neither inside nor outside."""


@dataclass(frozen=True)
class Located:
    """What one hint did.

    inside: mean distance of the region's ab to the hint's colour.
    outside: share of the pixels outside that moved by more than MOVED.
    """

    inside: float
    outside: float


@dataclass(frozen=True)
class Wish:
    """A colour for one thing.

    hint: As the network takes it, (3, h, w).
    wanted: ab (2,).
    region: Where that thing is, (height, width).
    outside: Where nothing may move; a rim around the region is neither.
    """

    hint: Tensor
    wanted: Tensor
    region: Mask
    outside: Mask


def wish(photo: EncodedPhoto[Pixels], rng: np.random.Generator) -> Wish | None:
    """A colour of any hue for one region of a true photograph; None where it has no plain region of a fitting size."""
    regions = [mask for mask in plain_regions(photo.pixels) if mask.mean() <= LARGEST]
    if not regions:
        return None
    region = regions[int(rng.integers(len(regions)))]
    hue, chroma_wanted = rng.uniform(0, 2 * math.pi), rng.uniform(20, 50)
    wanted = torch.tensor([math.cos(hue), math.sin(hue)], dtype=torch.float32) * chroma_wanted
    rim = max(1, round(MARGIN * min(region.shape)))
    return Wish(_hint(photo, region, wanted), wanted, region, ~binary_dilation(region, iterations=rim))


def false_hint(colorizer: Colorizer, photo: EncodedPhoto[Pixels], rng: np.random.Generator) -> Located | None:
    """Give one region of a true photograph a colour of any hue by one hint of 6 x 6 pixels, and see what moves.

    None where the photo has no plain region of a fitting size.
    """
    asked = wish(photo, rng)
    if asked is None:
        return None
    before, after = (chroma(colorizer.paint(photo, hints)) for hints in (None, asked.hint))
    moved = (after - before).norm(dim=0).numpy() > MOVED
    flat = asked.wanted[:, None, None].expand(2, 2, 2)
    reachable = chroma(join(photo.pixels, flat))  # what the gamut allows at each place's L
    error = (after - reachable).norm(dim=0).numpy()[asked.region].mean()
    return Located(float(error), float(moved[asked.outside].mean()) if asked.outside.any() else 0.0)


def _hint(photo: EncodedPhoto[Pixels], region: Mask, wanted: Tensor) -> Tensor:
    """A hint at the place of the region that is farthest from its edge, as the network takes it."""
    rows, columns = photo.L.shape[1:]
    deepest = np.unravel_index(int(distance_transform_edt(np.pad(region, 1)).argmax()), np.array(region.shape) + 2)
    y, x = ((int(at) - 1) / length for at, length in zip(deepest, region.shape, strict=True))
    top, left = (min(max(0, round(at * n) - SIDE // 2), n - SIDE) for at, n in ((y, rows), (x, columns)))
    hint = torch.zeros(3, rows, columns)
    place = (slice(None), slice(top, top + SIDE), slice(left, left + SIDE))
    hint[:2][place] = wanted[:, None, None] / AB_SCALE
    hint[2:][place] = 1
    return hint
