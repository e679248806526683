"""Pixels to JPEG files."""

import io

import numpy as np
from PIL import Image

from colorizer.errors import InputError
from colorizer.pixels import Pixels


def encode_jpeg(pixels: Pixels, *, quality: int = 92) -> bytes:
    """Encode sRGB uint8 pixels, shape (height, width, 3), as a JPEG without metadata.

    Chroma is kept at full resolution (4:4:4): it is what a colourization adds. `quality` is 1 to 100. No ICC profile
    is written, which viewers read as sRGB. Raises `InputError` for another shape or type, or a side over 65,500.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.size == 0:
        raise InputError(f"Pixels must be uint8 of shape (height, width, 3), not {pixels.dtype} {pixels.shape}.")
    if max(pixels.shape) > 65_500:
        raise InputError(f"A JPEG has at most 65,500 pixels per side; this picture has {max(pixels.shape):,}.")
    if not 1 <= quality <= 100:
        raise InputError(f"JPEG quality is 1 to 100, not {quality}.")
    image = Image.fromarray(np.ascontiguousarray(pixels))
    try:
        return _jpeg(image, quality=quality, optimize=True)
    except OSError:
        # Optimized tables need the whole file in one buffer, whose size Pillow guesses; heavy grain exceeds the guess.
        return _jpeg(image, quality=quality, optimize=False)


def _jpeg(image: Image.Image, *, quality: int, optimize: bool) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, subsampling=0, optimize=optimize)
    return out.getvalue()
