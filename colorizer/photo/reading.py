"""Bytes to pixels: any supported picture as the 8-bit sRGB that a viewer would show."""

import errno
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image, ImageCms, UnidentifiedImageError

from colorizer.photo import jpeg
from colorizer.photo.errors import BrokenImage, PhotoError, TooCostly, TooManyPixels
from colorizer.photo.kinds import READERS, kind_of
from colorizer.pixels import Pixels

MAX_SIDE = 65_500
"""Longest side in pixels that is read: what a JPEG, which the results are, can hold."""

MAX_SCANS = 100
"""Most scans of a JPEG; ordinary progressive ones have about ten, and each costs a pass over the whole picture."""

# Older Pillow releases load the readers beyond the commonest five only when no list of formats is given.
Image.init()

_STRIP = 2_000_000
"""Pixels that are converted at a time."""

# By EXIF orientation: an array of upright pixels seen as the file stores them. All are views.
_STORED: dict[int, Callable[[Pixels], Pixels]] = {
    1: lambda pixels: pixels,
    2: lambda pixels: pixels[:, ::-1],
    3: lambda pixels: pixels[::-1, ::-1],
    4: lambda pixels: pixels[::-1],
    5: lambda pixels: pixels.swapaxes(0, 1),
    6: lambda pixels: pixels.swapaxes(0, 1)[::-1],
    7: lambda pixels: pixels.swapaxes(0, 1)[::-1, ::-1],
    8: lambda pixels: pixels.swapaxes(0, 1)[:, ::-1],
}
_TIFF_BITS_PER_SAMPLE = 258
_TIFF_PHOTOMETRIC = 262
_WHITE_IS_ZERO = 0
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
# The colour space that a profile must describe to be used on pixels of a mode.
_PROFILE_SPACES = {"RGB": "RGB", "RGBA": "RGB", "L": "GRAY", "LA": "GRAY", "CMYK": "CMYK"}


@dataclass(frozen=True, slots=True)
class Photo:
    """A decoded picture.

    `pixels` is sRGB, uint8, shape (height, width, 3), C-contiguous, upright, opaque; `format` is the name of the
    file format, such as "JPEG".
    """

    pixels: Pixels
    format: str

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = self.pixels.shape[:2]
        return width, height


def decode(data: bytes, *, max_pixels: int = 50_000_000, max_side: int = MAX_SIDE) -> Photo:
    """Decode the first picture in `data` to what a viewer would show.

    The format is told by content. EXIF orientation is applied; an embedded ICC profile is converted to sRGB (an
    unreadable profile is ignored, as browsers do); transparency is laid on white; 16-bit, 32-bit and float samples
    are scaled to 8 bits.

    `max_pixels` bounds width x height, `max_side` each of them, in pixels; both are compared with the header before
    pixels are decoded. (Pillow refuses on its own beyond about 179 million.)

    Raises `NotAnImage`, `TooManyPixels`, `BrokenImage` or `TooCostly`, never an exception of a codec.
    """
    return read(data, max_pixels=max_pixels, max_side=max_side)


def read(
    data: bytes,
    *,
    max_pixels: int,
    max_side: int,
    announced: Callable[[int, int], None] | None = None,
    allocate: Callable[[tuple[int, int, int]], Pixels] = lambda shape: np.empty(shape, np.uint8),
) -> Photo:
    """`decode` for callers who want a say in it.

    announced: called with width and height when they are known and allowed. allocate: makes the array of that shape
    that the pixels are written to.
    """
    name = kind_of(data)
    if name == "JPEG":
        _check_scans(data)
    # The codecs below raise OSError, SyntaxError, struct.error, KeyError and a dozen more for bytes that a stranger
    # wrote; all of them mean the same to the caller. The cause stays attached.
    try:
        with Image.open(io.BytesIO(data), formats=READERS) as image:
            _check_size(image.size, max_pixels, max_side)
            if announced:
                announced(*image.size)
            image.load()
            _check_size(image.size, max_pixels, max_side)
            pixels = _upright_rgb(image, allocate)
    except (PhotoError, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels(f"The {name} is far larger than the limit of {max_pixels:,} pixels.") from error
    except UnidentifiedImageError as error:
        raise BrokenImage(
            f"The {name}'s header cannot be read: the file is damaged or of an unsupported kind."
        ) from error
    except Exception as error:
        if getattr(error, "errno", None) == errno.ENOMEM or "memory" in str(error).lower():
            raise MemoryError(str(error)) from error
        raise BrokenImage(f"The {name} is damaged or cut short: {error or type(error).__name__}.") from error
    return Photo(pixels, name)


def from_pillow(image: Image.Image) -> Pixels:
    """The pixels of a Pillow image of any mode as a viewer would show it, as `decode` gives them."""
    image.load()
    return _upright_rgb(image, lambda shape: np.empty(shape, np.uint8))


def _check_size(size: tuple[int, int], max_pixels: int, max_side: int) -> None:
    width, height = size
    if width * height > max_pixels:
        raise TooManyPixels(f"{width:,} x {height:,} is more than the limit of {max_pixels:,} pixels.")
    if max(width, height) > max_side:
        raise TooManyPixels(f"{width:,} x {height:,}: a side is longer than the limit of {max_side:,} pixels.")


def _check_scans(data: bytes) -> None:
    if len(jpeg.structure(data, most_scans=MAX_SCANS).scans) > MAX_SCANS:
        raise TooCostly(f"The JPEG has more than {MAX_SCANS} scans; ordinary ones have about ten.")


def _upright_rgb(image: Image.Image, allocate: Callable[[tuple[int, int, int]], Pixels]) -> Pixels:
    """A loaded image of any mode as upright sRGB; converted in strips, so that no second copy of it is made."""
    deep = image.mode.startswith("I") or image.mode == "F"
    orientation = _orientation(image)
    if deep:
        profile = image.info.get("icc_profile")
        image = _deep_to_grey(image)
        image.info["icc_profile"] = profile
    width, height = image.size
    pixels = allocate((width, height, 3) if orientation >= 5 else (height, width, 3))
    as_stored = _STORED[orientation](pixels)
    rows = max(1, _STRIP // width)
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        as_stored[top:bottom] = np.asarray(_to_rgb(image.crop((0, top, width, bottom))))
    return pixels


def _to_rgb(image: Image.Image) -> Image.Image:
    """Convert any mode to opaque sRGB of mode RGB."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I") or image.mode == "F":
        image = _deep_to_grey(image)
    elif image.mode in ("P", "PA", "La", "RGBa") or "transparency" in image.info:
        # A palette can be turned only through RGBA: going to RGB directly would lose its transparent entries.
        image = image.convert("RGBA")
    elif image.mode == "1":
        image = image.convert("L")
    if profile:
        image = _to_srgb(image, profile)
    if image.mode == "LAB":
        lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        image = _cms(image, lab, "RGB")
    if image.mode in ("LA", "RGBA"):
        image = image.convert("RGBA")
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image.getchannel("A"))
        image = white
    return image if image.mode == "RGB" else image.convert("RGB")


def _orientation(image: Image.Image) -> int:
    """EXIF orientation 1 to 8; damaged EXIF counts as upright."""
    try:
        orientation = int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # noqa: BLE001 - damaged metadata must not cost the picture
        return 1
    return orientation if orientation in _STORED else 1


def _deep_to_grey(image: Image.Image) -> Image.Image:
    """Scale 16-bit, 32-bit or float grey to 8 bits; Pillow's own conversion clips instead."""
    tags = cast("dict[int, Any]", getattr(image, "tag_v2", {}))
    deep = np.asarray(image)
    values = np.nan_to_num(deep.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    np.maximum(values, 0.0, out=values)
    values *= 255.0 / _white_level(image.mode, values, tags)
    if tags.get(_TIFF_PHOTOMETRIC) == _WHITE_IS_ZERO:
        np.subtract(255.0, values, out=values)
    return Image.fromarray(np.rint(values).clip(0, 255).astype(np.uint8))


def _white_level(mode: str, values: npt.NDArray[np.float32], tags: dict[int, Any]) -> float:
    """Sample value that means white: by the bit depth where it is known, else by the usual ranges."""
    brightest = float(values.max(initial=0.0))
    if mode.startswith("I;16"):
        bits = tags.get(_TIFF_BITS_PER_SAMPLE, (16,))[0]
        return float(2**bits - 1)
    for white in (1.0, 255.0, 65_535.0):
        # An all-dark integer picture must not be stretched: 1.0 is a white level for floats only.
        if brightest <= white and not (mode == "I" and white == 1.0):
            return white
    return brightest


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Apply an embedded profile; one that is damaged or describes other kinds of pixels is ignored."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        described = ImageCms.getProfileDescription(source).strip()
        if described.startswith("sRGB") or source.profile.xcolor_space.strip() != _PROFILE_SPACES.get(image.mode):
            return image
        if image.mode != "LA":
            return _cms(image, source, "RGBA" if image.mode == "RGBA" else "RGB")
        coloured = _cms(image.getchannel("L"), source, "RGB")
        coloured.putalpha(image.getchannel("A"))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
    return coloured


def _cms(image: Image.Image, source: ImageCms.ImageCmsProfile, mode: str) -> Image.Image:
    converted = ImageCms.profileToProfile(
        image,
        source,
        _SRGB,
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode=mode,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    return cast("Image.Image", converted)
