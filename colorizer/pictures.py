"""What photographs are given as, and what they come back as: files, bytes, Pillow images and arrays."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import numpy as np
from PIL import Image

from colorizer.errors import InputError
from colorizer.photo import decode, decode_file, from_pillow
from colorizer.photo.pillow import dpi, exif
from colorizer.pixels import Pixels

Photograph = str | os.PathLike[str] | bytes | Image.Image
"""A path, the bytes of a picture file, or a Pillow image."""

Style = Photograph | Pixels | None
"""A photo whose colours a result should have."""

JPEG_QUALITY = 92
"""1 to 100; Pillow's own 75 halves the resolution of colour, which is all that a colourization adds."""


class Picture(Image.Image):
    """A result: a Pillow image of mode RGB in sRGB.

    `save` differs from Pillow's in its defaults alone: a JPEG gets quality 92 and colour at full resolution, and EXIF
    data and dots per inch are those of the photo.
    """

    def save(self, fp: str | bytes | os.PathLike[Any] | IO[bytes], format: str | None = None, **params: Any) -> None:  # noqa: A002 - Pillow's name
        """Write the picture; see `PIL.Image.Image.save`."""
        defaults: dict[str, Any] = {name: self.info[name] for name in ("dpi", "exif") if name in self.info}
        name = str(getattr(fp, "name", "") if hasattr(fp, "write") else os.fsdecode(fp))
        if (format or Image.registered_extensions().get(Path(name).suffix.lower(), "")).upper() == "JPEG":
            defaults |= {"quality": JPEG_QUALITY, "subsampling": 0}
        super().save(fp, format, **(defaults | params))


def read(photo: Photograph | Pixels) -> tuple[Pixels, Callable[[Pixels], Any]]:
    """The pixels of a photograph, and what makes of a result what belongs to this kind of photograph.

    An array is checked and given back, and results stay arrays; of everything else they become Pictures.

    Raises PhotoError for bytes that are no picture, OSError for a file that cannot be read, InputError for an array of
    another shape or type and for what is no photograph at all.
    """
    if isinstance(photo, np.ndarray):
        if photo.dtype != np.uint8 or photo.ndim != 3 or photo.shape[2] != 3 or 0 in photo.shape:
            raise InputError(f"expected uint8 pixels of shape (height, width, 3), got {photo.dtype} {photo.shape}")
        return photo, lambda pixels: pixels
    if isinstance(photo, Image.Image):
        kept = {name: value for name, value in (("dpi", dpi(photo)), ("exif", exif(photo))) if value}
        return from_pillow(photo), lambda pixels: _picture(pixels, kept)
    if not isinstance(photo, bytes | str | os.PathLike):
        raise InputError(f"a photograph is a path, bytes, a Pillow image or an array, not {type(photo).__name__}")
    found = decode(photo) if isinstance(photo, bytes) else decode_file(Path(photo))
    info = {name: value for name, value in (("dpi", found.dpi), ("exif", found.exif)) if value}
    return found.pixels, lambda pixels: _picture(pixels, info)


def _picture(pixels: Pixels, info: dict[str, Any]) -> Picture:
    made = Picture()
    made.__setstate__(Image.fromarray(pixels).__getstate__())  # how a subclass takes over an image: by its pickle
    made.info.update(info)
    return made
