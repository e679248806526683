"""Pixels to JPEG files."""

import imagecodecs
import numpy as np

from colorizer.errors import InputError
from colorizer.pixels import Pixels


def encode_jpeg(
    pixels: Pixels,
    *,
    quality: int = 92,
    exif: bytes = b"",
    dpi: tuple[float, float] | None = None,
    xmp: bytes = b"",
) -> bytes:
    """Encode pixels as a JPEG that carries nothing but the picture and what is given.

    Chroma is kept at full resolution (4:4:4): it is what a colourization adds. No ICC profile is written, which viewers
    read as sRGB.

    pixels: sRGB uint8, shape (height, width, 3).
    quality: 1 to 100.
    exif: EXIF data, such as `Photo.exif`.
    dpi: Dots per inch, across and down.
    xmp: An XMP packet, such as `labels.machine_made` makes.

    Raises `InputError` for another shape or type, or a side over 65,500.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.size == 0:
        raise InputError(f"Pixels must be uint8 of shape (height, width, 3), not {pixels.dtype} {pixels.shape}.")
    if max(pixels.shape) > 65_500:
        raise InputError(f"A JPEG has at most 65,500 pixels per side; this picture has {max(pixels.shape):,}.")
    if not 1 <= quality <= 100:
        raise InputError(f"JPEG quality is 1 to 100, not {quality}.")
    jpeg = imagecodecs.jpeg8_encode(
        np.ascontiguousarray(pixels),
        level=quality,
        colorspace="RGB",
        outcolorspace="YCBCR",
        subsampling="444",
        optimize=pixels.shape[0] * pixels.shape[1] <= _OPTIMIZED,
    )
    return _with_metadata(bytes(jpeg), exif, dpi, xmp)


def _with_metadata(jpeg: bytes, exif: bytes, dpi: tuple[float, float] | None, xmp: bytes) -> bytes:
    """A JPEG that begins with a JFIF segment, with more segments behind that."""
    jfif = jpeg[2 : 4 + int.from_bytes(jpeg[4:6], "big")]
    if dpi:
        density = b"".join(min(65_535, max(1, round(one))).to_bytes(2, "big") for one in dpi)
        jfif = jfif[:11] + b"\1" + density + jfif[16:]
    segments = [jpeg[:2], jfif]
    for start, body in ((_EXIF, exif.removeprefix(_EXIF)), (_XMP, xmp)):
        if body and len(start) + len(body) <= _MOST:
            segments.append(b"\xff\xe1" + (2 + len(start) + len(body)).to_bytes(2, "big") + start + body)
    return b"".join([*segments, memoryview(jpeg)[2 + len(jfif) :]])


_OPTIMIZED = 16_000_000
"""Pixels up to which the Huffman tables are fitted to the picture: that takes 6 bytes a pixel and saves 2 per cent."""

_EXIF, _XMP = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0"
_MOST = 65_533
"""Bytes of a segment; longer metadata is left out."""
