"""JPEG XL, through the reference library."""

import imagecodecs
import numpy as np

from colorizer.photo.errors import BrokenImage
from colorizer.photo.ranges import white_level
from colorizer.photo.stored import Stored

_RATIOS = {1: (1, 1), 2: (12, 10), 3: (4, 3), 4: (3, 2), 5: (16, 9), 6: (5, 4), 7: (2, 1)}
"""Width to height, ISO/IEC 18181-1, D.2."""


def size(data: bytes) -> tuple[int, int]:
    """Width and height as the header says. Raises BrokenImage."""
    stream = _codestream(data)
    if not stream.startswith(b"\xff\x0a") or len(stream) < 12:
        raise BrokenImage("The JPEG XL's header cannot be read: the file is damaged.")
    bits = int.from_bytes(stream[2:14], "little")

    def take(count: int) -> int:
        nonlocal bits
        value, bits = bits & ((1 << count) - 1), bits >> count
        return value

    def length(small: int) -> int:
        return (take(5) + 1) * 8 if small else take((9, 13, 18, 30)[take(2)]) + 1

    small = take(1)
    height = length(small)
    ratio = take(3)
    if ratio:
        across, down = _RATIOS[ratio]
        return height * across // down, height
    return length(small), height


def stored(data: bytes) -> Stored:
    """The first picture, upright. Its colours are taken for sRGB, which they nearly always are."""
    samples = np.asarray(imagecodecs.jpegxl_decode(data, index=0, numthreads=1))
    samples = samples if samples.ndim == 3 else samples[..., None]
    height, width, channels = samples.shape
    result = Stored(width, height, lambda top, bottom: samples[top:bottom], "GRAY" if channels <= 2 else "RGB")
    result.alpha = channels in (2, 4)
    if samples.dtype.kind == "f":
        result.white = white_level(samples)
    return result


def _codestream(data: bytes) -> bytes:
    """The start of the picture's own data, out of the boxes that may hold it."""
    if data.startswith(b"\xff\x0a"):
        return data[:64]
    place = 0
    while place + 8 <= len(data):
        length, kind, head = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8], 8
        if length == 1:
            length, head = int.from_bytes(data[place + 8 : place + 16], "big"), 16
        if kind in (b"jxlc", b"jxlp"):
            start = place + head + (4 if kind == b"jxlp" else 0)
            return data[start : start + 64]
        if length < head:
            break
        place += length
    return b""
