"""Photographs as people have them, and results as they want them: files, bytes, Pillow images and arrays."""

import io
import os
from pathlib import Path
from typing import IO, Any

import numpy as np
from PIL import Image

from colorizer.errors import InputError
from colorizer.photo import decode, from_pillow
from colorizer.pixels import Pixels

Photograph = str | os.PathLike[str] | bytes | Image.Image
"""A path, the bytes of a picture file, or a Pillow image."""

JPEG_QUALITY = 92
"""1 to 100; Pillow's own 75 halves the resolution of colour, which is all that a colourization adds."""


class Picture(Image.Image):
    """A result: a Pillow image of mode RGB in sRGB.

    `save` differs from Pillow's in its defaults alone: a JPEG gets quality 92 and colour at full resolution, and every
    format that can say so gets the dots per inch of the photo.
    """

    def save(self, fp: str | bytes | os.PathLike[Any] | IO[bytes], format: str | None = None, **params: Any) -> None:  # noqa: A002 - Pillow's name
        """Write the picture; see `PIL.Image.Image.save`."""
        defaults = {"dpi": self.info["dpi"]} if "dpi" in self.info else {}
        name = str(getattr(fp, "name", "") if hasattr(fp, "write") else os.fsdecode(fp)).lower()
        if (format or "").upper() == "JPEG" or (format is None and name.endswith((".jpg", ".jpeg"))):
            defaults |= {"quality": JPEG_QUALITY, "subsampling": 0}
        super().save(fp, format, **(defaults | params))


def read(photo: Photograph | Pixels) -> Pixels:
    """The pixels of a photograph; an array is checked and given back.

    Raises PhotoError for bytes that are no picture, OSError for a file that cannot be read, InputError for an array
    of another shape or type.
    """
    if isinstance(photo, np.ndarray):
        if photo.dtype != np.uint8 or photo.ndim != 3 or photo.shape[2] != 3 or 0 in photo.shape:
            raise InputError(f"expected uint8 pixels of shape (height, width, 3), got {photo.dtype} {photo.shape}")
        return photo
    if isinstance(photo, Image.Image):
        return from_pillow(photo)
    return decode(photo if isinstance(photo, bytes) else Path(photo).read_bytes()).pixels


def resolution(photo: Photograph) -> tuple[float, float] | None:
    """Dots per inch, horizontally and vertically, where the photograph says them."""
    if isinstance(photo, Image.Image):
        dpi = photo.info.get("dpi")
    else:
        with Image.open(io.BytesIO(photo) if isinstance(photo, bytes) else photo) as image:
            dpi = image.info.get("dpi")
    return (float(dpi[0]), float(dpi[1])) if dpi else None


def picture(pixels: Pixels, dpi: tuple[float, float] | None = None) -> Picture:
    """Pixels as a Picture."""
    made = Picture()
    made.__setstate__(Image.fromarray(pixels).__getstate__())  # how a subclass takes over an image: by its pickle
    if dpi:
        made.info["dpi"] = dpi
    return made
