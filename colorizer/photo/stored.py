"""A decoded picture as its file stores it, and its way to upright 8-bit sRGB, a strip of rows at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from colorizer.photo.profiles import to_srgb
from colorizer.pixels import Pixels

Samples = npt.NDArray[Any]
"""Numbers of any type, shape (rows, width, channels)."""

STRIP = 2_000_000
"""Pixels that are converted at a time, so that no second copy of a picture is made."""


@dataclass(slots=True)
class Stored:
    """A picture as its file stores it: not turned, not in sRGB, perhaps with more than 8 bits.

    width, height: In pixels, before it is turned.
    rows: Gives the rows from one number to before another.
    space: "GRAY", "RGB", "CMYK" or "LAB"; `alpha`: one more channel follows, the opacity.
    black, white: The samples that mean none and full; None for 0 and the largest of 8 or 16 bits.
    inverted: White is stored as black.
    profile: ICC profile, or None.
    orientation: As in EXIF, 1 to 8.
    exif: EXIF data as Pillow writes it, without orientation and preview; dpi: dots per inch.
    release: Called when all rows were read, to let go of what they were read from.
    page, pages: Which picture of the file this is, from 1, and how many there are.
    """

    width: int
    height: int
    rows: Callable[[int, int], Samples]
    space: str
    alpha: bool = False
    black: float = 0.0
    white: float | None = None
    inverted: bool = False
    profile: bytes | None = None
    orientation: int = 1
    exif: bytes = b""
    dpi: tuple[float, float] | None = None
    release: Callable[[], None] = lambda: None
    page: int = 1
    pages: int = 1


# By EXIF orientation: an array of upright pixels seen as the file stores them. All are views.
_AS_STORED: dict[int, Callable[[Pixels], Pixels]] = {
    1: lambda pixels: pixels,
    2: lambda pixels: pixels[:, ::-1],
    3: lambda pixels: pixels[::-1, ::-1],
    4: lambda pixels: pixels[::-1],
    5: lambda pixels: pixels.swapaxes(0, 1),
    6: lambda pixels: pixels.swapaxes(0, 1)[::-1],
    7: lambda pixels: pixels.swapaxes(0, 1)[::-1, ::-1],
    8: lambda pixels: pixels.swapaxes(0, 1)[:, ::-1],
}


def upright(stored: Stored, allocate: Callable[[tuple[int, int, int]], Pixels]) -> Pixels:
    """The picture as a viewer shows it, in an array that `allocate` makes: upright, opaque, sRGB."""
    width, height = stored.width, stored.height
    turned = stored.orientation in (5, 6, 7, 8)
    pixels = allocate((width, height, 3) if turned else (height, width, 3))
    target = _AS_STORED.get(stored.orientation, _AS_STORED[1])(pixels)
    convert = to_srgb(stored.space, stored.profile)
    rows = max(1, STRIP // width)
    for top in range(0, height, rows):
        strip = slice(top, min(top + rows, height))
        samples = _scaled(stored.rows(strip.start, strip.stop), stored)
        if not stored.alpha:
            target[strip] = convert(samples)
            continue
        opacity = samples[..., -1:]
        target[strip] = _on_white(convert(np.ascontiguousarray(samples[..., :-1])), opacity)
    stored.release()
    return pixels


def _scaled(samples: Samples, stored: Stored) -> Samples:
    """Samples of 8 or 16 bits, 0 to the largest."""
    if (samples.dtype == np.uint8 and stored.white in (None, 255.0)) or (
        samples.dtype == np.uint16 and stored.white in (None, 65_535.0)
    ):
        scaled = samples
    else:
        white = stored.white if stored.white is not None else 1.0
        values = np.nan_to_num(samples.astype(np.float32), nan=stored.black, posinf=white, neginf=stored.black)
        values = (values - stored.black) * (65_535.0 / (white - stored.black))
        scaled = np.rint(values.clip(0, 65_535)).astype(np.uint16)
    return np.invert(scaled) if stored.inverted else scaled


def _on_white(pixels: Pixels, opacity: Samples) -> Pixels:
    """Laid on white; opacity (rows, width, 1)."""
    full = np.iinfo(opacity.dtype).max
    share = opacity.astype(np.float32) / full
    return np.rint(255.0 - (255.0 - pixels) * share).astype(np.uint8)
