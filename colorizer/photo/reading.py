"""Bytes to pixels: any supported picture as the 8-bit sRGB that a viewer would show."""

import errno
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from colorizer.photo import jpeg, jpegxl, pillow, png
from colorizer.photo.errors import BrokenImage, PhotoError, TooCostly, TooManyPixels
from colorizer.photo.kinds import kind_of
from colorizer.photo.stored import Stored, upright
from colorizer.pixels import Pixels

MAX_SIDE = 65_500
"""Longest side in pixels that is read: what a JPEG, which the results are, can hold."""

MAX_SCANS = 100
"""Most scans of a JPEG; ordinary progressive ones have about ten, and each costs a pass over the whole picture."""

_READERS = {"WebP": "WEBP", "JPEG 2000": "JPEG2000", "PNM": "PPM"}
"""Pillow's names of formats, where they are others."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A decoded picture.

    pixels: sRGB, uint8, shape (height, width, 3), C-contiguous, upright, opaque.
    format: Name of the file format, such as "JPEG".
    page, pages: Which picture of the file it is, from 1, and how many the file holds; more than one in TIFF alone.
    exif: EXIF data without what speaks of the file that was read; empty where there is none.
    dpi: Dots per inch, across and down, or None.
    """

    pixels: Pixels
    format: str
    page: int = 1
    pages: int = 1
    exif: bytes = b""
    dpi: tuple[float, float] | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = self.pixels.shape[:2]
        return width, height


def decode(data: bytes, *, max_pixels: int = 50_000_000, max_side: int = MAX_SIDE, page: int | None = None) -> Photo:
    """Decode a picture to what a viewer would show.

    The format is told by content. EXIF orientation is applied; an ICC profile, or the gamma of a PNG, is converted to
    sRGB before samples lose depth (an unreadable profile is ignored, as browsers do); transparency is laid on white;
    integers of other depths and floats are scaled by their range. Of an animation the first picture counts.

    data: The content of the file.
    max_pixels: Bounds width x height, and is compared with the header before pixels are decoded.
    max_side: Bounds each of them, in pixels.
    page: Which picture of a TIFF of several, from 1; without it the largest. Previews and masks do not count.

    Raises `NotAnImage`, `TooManyPixels`, `BrokenImage` or `TooCostly`, never an exception of a codec.
    """
    return read(data, max_pixels=max_pixels, max_side=max_side, page=page)


def decode_file(path: Path, *, max_pixels: int = 50_000_000, page: int | None = None) -> Photo:
    """`decode` of a file; what it raises names the file. Raises OSError too."""
    try:
        return decode(path.read_bytes(), max_pixels=max_pixels, page=page)
    except PhotoError as error:
        raise type(error)(f"{path}: {error}") from error


def read(
    data: bytes,
    *,
    max_pixels: int,
    max_side: int,
    page: int | None = None,
    announced: Callable[[int, int], None] | None = None,
    allocate: Callable[[tuple[int, int, int]], Pixels] = lambda shape: np.empty(shape, np.uint8),
) -> Photo:
    """`decode` for callers who want a say in it.

    announced: Called with width and height when they are known and allowed.
    allocate: Makes the array of that shape that the pixels are written to.
    """
    kind = kind_of(data)

    def check(size: tuple[int, int]) -> None:
        _check_size(size, max_pixels, max_side)
        if announced:
            announced(*size)

    # The codecs below raise OSError, SyntaxError, struct.error, KeyError and a dozen more for bytes that a stranger
    # wrote; all of them mean the same to the caller. The cause stays attached.
    try:
        stored = _stored(kind, data, page, check)
        _check_size((stored.width, stored.height), max_pixels, max_side)
        pixels = upright(stored, allocate)
    except (PhotoError, MemoryError):
        raise
    except UnidentifiedImageError as error:
        raise BrokenImage(
            f"The {kind}'s header cannot be read: the file is damaged or of an unsupported kind."
        ) from error
    except Exception as error:
        if getattr(error, "errno", None) == errno.ENOMEM or "memory" in str(error).lower():
            raise MemoryError(str(error)) from error
        raise BrokenImage(f"The {kind} is damaged or cut short: {error or type(error).__name__}.") from error
    return Photo(pixels, kind, stored.page, stored.pages, stored.exif, stored.dpi)


def from_pillow(image: Image.Image) -> Pixels:
    """The pixels of a Pillow image of any mode as a viewer would show it, as `decode` gives them."""
    image.load()
    return upright(pillow.stored(image), lambda shape: np.empty(shape, np.uint8))


def _stored(kind: str, data: bytes, page: int | None, check: Callable[[tuple[int, int]], None]) -> Stored:
    """The picture as it lies in the file; `check` is told its size before it is decoded."""
    if kind == "TIFF":
        return _tiff(data, page, check)
    if page not in (None, 1):
        raise BrokenImage(f"The {kind} has no picture {page}: it has one.")
    if kind == "JPEG XL":
        check(jpegxl.size(data))
        return jpegxl.stored(data)
    if kind == "PNG":
        data = png.without_long_texts(data)
    if kind == "AVIF":
        data = data[:8] + b"avif" + data[12:]  # Pillow looks at the first of the brands alone
    if kind == "JPEG":
        return _jpeg(data, check)
    image = pillow.open_image(_READERS.get(kind, kind), data)
    check(image.size)
    if kind == "PNG" and png.is_deep(data):
        stored = pillow.stored(image)
        png.deepen(stored, data)
        return stored
    image.load()
    return pillow.stored(image)


def _jpeg(data: bytes, check: Callable[[tuple[int, int]], None]) -> Stored:
    found = jpeg.structure(data, most_scans=MAX_SCANS)
    if len(found.scans) > MAX_SCANS:
        raise TooCostly(f"The JPEG has more than {MAX_SCANS} scans; ordinary ones have about ten.")
    image = pillow.open_image("JPEG", data)
    check(image.size)
    try:
        image.load()
    except OSError:
        if found.ended or not jpeg.complete(found):
            raise
        # Nothing but the end marker may be missing. Then what follows the last scan changes nothing.
        image, other = (pillow.open_image("JPEG", data + more + jpeg.END) for more in (b"", jpeg.NOISE))
        image.load()
        other.load()
        if image.tobytes() != other.tobytes():
            raise
    return pillow.stored(image)


def _tiff(data: bytes, number: int | None, check: Callable[[tuple[int, int]], None]) -> Stored:
    from colorizer.photo import tiff  # takes longer to import than all other formats together

    page = tiff.choose(data, number)
    check(page.size)
    if page.for_pillow():
        page.close()
        stored = _tiff_by_pillow(data, page.index)
    else:
        stored = page.stored()
        with suppress(Exception):  # Pillow reads the tags of files whose pixels it cannot read; not of all
            image = pillow.open_image("TIFF", data)
            image.seek(page.index or 0)
            stored.exif, stored.dpi = pillow.exif(image), pillow.dpi(image)
    stored.page, stored.pages = page.number, page.count
    return stored


def _tiff_by_pillow(data: bytes, index: int | None) -> Stored:
    image = pillow.open_image("TIFF", data)
    image.seek(index or 0)
    image.load()
    return pillow.stored(image)


def _check_size(size: tuple[int, int], max_pixels: int, max_side: int) -> None:
    width, height = size
    if width * height > max_pixels:
        raise TooManyPixels(f"{width:,} x {height:,} is more than the limit of {max_pixels:,} pixels.")
    if max(width, height) > max_side:
        raise TooManyPixels(f"{width:,} x {height:,}: a side is longer than the limit of {max_side:,} pixels.")
