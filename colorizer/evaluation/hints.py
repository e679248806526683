"""How much each further hint helps: PSNR against the number of known colours.

The protocol of Zhang et al. 2017, figure 6, as in their released test (richzhang/colorization-pytorch, test_sweep.py):
a hint is a square of 6 x 6 pixels at the size that the network sees, with its true mean colour, at a place drawn from a
normal distribution around the middle.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from colorizer.bins import AB_SCALE
from colorizer.encoded import EncodedPhoto
from colorizer.evaluation.metrics import chroma, psnr
from colorizer.model import Colorizer
from colorizer.pixels import Pixels

SIDE = 6
COUNTS = (0, 1, 2, 5, 10, 20, 50, 100, 500)
PUBLISHED = (24.44, 25.37, 26.20, 27.39, 28.42, 29.34, 30.42, 31.13, 32.14)
"""SIGGRAPH17 at `COUNTS` (the last at 501), dB: 1,000 ImageNet photographs of 256 x 256 pixels.

Means of resources/psnrs_siggraph.npy in richzhang/colorization-pytorch.
"""


def true_hints(encoded: EncodedPhoto[Pixels], *, seed: int, counts: Sequence[int] = COUNTS) -> Iterator[Tensor]:
    """Hints (3, h, w) for each of `counts`, ascending, with the photograph's own colours; hints stay when more come."""
    height, width = encoded.L.shape[1:]
    image = Image.fromarray(encoded.pixels)
    small = np.asarray(image.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=3.0))
    ab = chroma(small) / AB_SCALE
    hints = torch.zeros(3, height, width)
    rng = np.random.default_rng(seed)
    given = 0
    for count in counts:
        for _ in range(count - given):
            top, left = (_place(rng, length) for length in (height, width))
            square = (slice(None), slice(top, top + SIDE), slice(left, left + SIDE))
            hints[:2][square] = ab[square].mean(dim=(1, 2), keepdim=True)
            hints[2:][square] = 1
        given = count
        yield hints.clone()


def hint_curve(colorizer: Colorizer, photo: Pixels | EncodedPhoto[Pixels], *, seed: int) -> list[float]:
    """PSNR in dB of a true photograph at each of `COUNTS`; hints stay when more are added."""
    encoded = photo if isinstance(photo, EncodedPhoto) else colorizer.encode(photo)
    given = true_hints(encoded, seed=seed)
    return [psnr(colorizer.paint(encoded, hints if hints.any() else None), encoded.pixels) for hints in given]


def _place(rng: np.random.Generator, length: int) -> int:
    room = length - SIDE
    return int(np.clip(rng.normal((room + 1) / 2, max(room + 1, 0) / 4), 0, max(room, 0)))
