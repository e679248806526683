"""How much of its colour a photograph loses when ab is quantised: to a grid, to clusters, to the 313 bins.

After Rachev 2018 ("nn-photo-colorization"), which rounds down to the grid; here the nearest point is taken, since
rounding down tints greys.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from colorizer import bins
from colorizer.evaluation.metrics import psnr
from colorizer.lab import lab_to_rgb, rgb_to_lab, shrink_to_gamut
from colorizer.pixels import Pixels

SIDE = 320
"""Longer side in pixels at which photographs are shown and measured."""

_CHUNK = 2**16  # pixels whose distances to all colours are in memory at a time
_LINE, _GAP = 36, 6


def grid(ab: Tensor, step: float) -> Tensor:
    """ab (2, H, W) at the nearest point of a grid, `step` ab units wide: neither channel moves more than step / 2."""
    return (ab / step).round() * step


def nearest(ab: Tensor, colours: Tensor) -> Tensor:
    """ab (2, H, W), each pixel at the nearest of `colours` (N, 2)."""
    pixels = ab.flatten(1).T
    parts = (pixels[start : start + _CHUNK] for start in range(0, len(pixels), _CHUNK))
    index = [torch.cdist(part, colours.to(ab)).argmin(dim=1) for part in parts]
    return colours.to(ab)[torch.cat(index)].T.reshape(ab.shape)


def quantisations() -> dict[str, Callable[[Tensor], Tensor]]:
    """Those of the sheet by name, functions of ab (2, H, W)."""
    return {
        "grid 10": lambda ab: grid(ab, 10),
        "grid 20": lambda ab: grid(ab, 20),
        "grid 30": lambda ab: grid(ab, 30),
        "32 clusters": lambda ab: nearest(ab, bins.clusters(32).centres),
        "313 bins": lambda ab: nearest(ab, bins.centres()),
    }


@dataclass(frozen=True)
class Quantised:
    """A quantised photograph: pixels like the original's, PSNR in dB over RGB, mean distance in ab units."""

    name: str
    pixels: Pixels
    psnr: float
    ab_error: float


def quantise(pixels: Pixels) -> Iterator[Quantised]:
    """uint8 sRGB (H, W, 3) under each of `quantisations`, with its own L."""
    lab = rgb_to_lab(torch.from_numpy(pixels.copy()).permute(2, 0, 1) / 255)
    for name, change in quantisations().items():
        ab = change(lab[1:])
        rgb = lab_to_rgb(shrink_to_gamut(torch.cat([lab[:1].clamp(0, 100), ab])))
        result = (rgb * 255).round().byte().permute(1, 2, 0).numpy()
        yield Quantised(name, result, psnr(result, pixels), float((ab - lab[1:]).norm(dim=0).mean()))


def sheet(photos: Iterable[Image.Image]) -> Image.Image:
    """A row for each photograph: itself, and each quantisation with what it costs."""
    rows = []
    for photo in photos:
        image = photo.copy()
        image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
        small = np.array(image)
        cells = [("original", small)]
        cells += [
            (f"{found.name}\n{found.psnr:.1f} dB, ab {found.ab_error:.1f}", found.pixels) for found in quantise(small)
        ]
        rows.append(cells)
    width = max(cells[0][1].shape[1] for cells in rows) + _GAP
    heights = [cells[0][1].shape[0] + _LINE for cells in rows]
    page = Image.new("RGB", (width * len(rows[0]) - _GAP, sum(heights)), "white")
    draw, font, top = ImageDraw.Draw(page), ImageFont.load_default(13), 0
    for cells, height in zip(rows, heights, strict=True):
        for column, (title, pixels) in enumerate(cells):
            draw.multiline_text((column * width, top + 2), title, fill="black", font=font, spacing=1)
            page.paste(Image.fromarray(pixels), (column * width, top + _LINE))
        top += height
    return page
