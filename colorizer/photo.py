"""Photographs as bytes and as pixels: the one place that talks to the image codecs.

`decode` turns the bytes of any supported picture into 8-bit sRGB the way a viewer would show it; `encode_jpeg` turns
pixels into a JPEG that carries nothing but the picture.
"""

import io
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image, ImageCms, UnidentifiedImageError

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".tif", ".tiff", ".bmp"})
"""Endings, in lower case, by which pictures are found in a folder; what a file is, `decode` tells by its content."""

# Names of Pillow's readers. A reader that is not listed is never tried, whatever the bytes look like.
_READERS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "TIFF", "BMP")
_SUPPORTED = "JPEG, PNG, WebP, GIF, AVIF, TIFF and BMP"

# Older Pillow releases load the readers beyond the commonest five only when no list of formats is given.
Image.init()

# First bytes of files that people send for pictures, to tell "damaged" from "something else" and to name the else.
_SIGNATURES = (
    (0, b"\xff\xd8\xff", "JPEG"),
    (0, b"\x89PNG\r\n\x1a\n", "PNG"),
    (8, b"WEBP", "WebP"),
    (0, b"GIF8", "GIF"),
    (4, b"ftypavif", "AVIF"),
    (4, b"ftypavis", "AVIF"),
    (0, b"II*\x00", "TIFF"),
    (0, b"MM\x00*", "TIFF"),
    (0, b"BM", "BMP"),
)
_OTHERS = (
    (4, b"ftyphei", "a HEIC picture"),
    (4, b"ftypmif1", "a HEIF picture"),
    (4, b"ftyp", "an MP4 film"),
    (0, b"\x1aE\xdf\xa3", "a WebM film"),
    (0, b"%PDF", "a PDF document"),
    (0, b"8BPS", "a Photoshop document"),
    (0, b"PK\x03\x04", "a ZIP archive"),
)

_TURN = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_TIFF_BITS_PER_SAMPLE = 258
_TIFF_PHOTOMETRIC = 262
_WHITE_IS_ZERO = 0
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
# The colour space that a profile must describe to be used on pixels of a mode.
_PROFILE_SPACES = {"RGB": "RGB", "RGBA": "RGB", "L": "GRAY", "LA": "GRAY", "CMYK": "CMYK"}


class PhotoError(ValueError):
    """The bytes are not a picture that can be used; the message says why, in words for the log."""


class NotAnImage(PhotoError):
    """The bytes are not a picture in a supported format."""


class BrokenImage(PhotoError):
    """The bytes begin like a supported picture, but are damaged, cut short or of a rare unsupported kind."""


class TooManyPixels(PhotoError):
    """The header announces more pixels than the limit; no pixel was decoded."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A decoded picture.

    `pixels` is sRGB, uint8, shape (height, width, 3), C-contiguous, upright, opaque; `format` is the name of the
    file format, such as "JPEG".
    """

    pixels: npt.NDArray[np.uint8]
    format: str

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = self.pixels.shape[:2]
        return width, height


def decode(data: bytes, *, max_pixels: int = 50_000_000) -> Photo:
    """Decode the first picture in `data` to what a viewer would show.

    The format is told by content. EXIF orientation is applied; an embedded ICC profile is converted to sRGB (an
    unreadable profile is ignored, as browsers do); transparency is laid on white; 16-bit, 32-bit and float samples
    are scaled to 8 bits.

    `max_pixels` bounds width x height and is compared with the header before pixels are decoded. (Pillow refuses on
    its own beyond about 179 million.)

    Raises `NotAnImage`, `TooManyPixels` or `BrokenImage`, never an exception of a codec.
    """
    name = _name(data)
    # The codecs below raise OSError, SyntaxError, struct.error, KeyError and a dozen more for bytes that a stranger
    # wrote; all of them mean the same to the caller. The cause stays attached.
    try:
        with Image.open(io.BytesIO(data), formats=_READERS) as image:
            _check_size(image.size, max_pixels)
            image.load()
            _check_size(image.size, max_pixels)
            turn = _TURN.get(_orientation(image))
            rgb = _to_rgb(image)
            pixels = np.array(rgb if turn is None else rgb.transpose(turn), dtype=np.uint8, order="C")
    except (PhotoError, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels(f"The {name} is far larger than the limit of {max_pixels:,} pixels.") from error
    except UnidentifiedImageError as error:
        raise BrokenImage(
            f"The {name}'s header cannot be read: the file is damaged or of an unsupported kind."
        ) from error
    except Exception as error:
        raise BrokenImage(f"The {name} is damaged or cut short: {error or type(error).__name__}.") from error
    return Photo(pixels, name)


def encode_jpeg(pixels: npt.NDArray[np.uint8], *, quality: int = 92) -> bytes:
    """Encode sRGB uint8 pixels, shape (height, width, 3), as a JPEG without metadata.

    Chroma is kept at full resolution (4:4:4): it is what a colourization adds. `quality` is 1 to 100. No ICC profile
    is written, which viewers read as sRGB. Raises `ValueError` for another shape or type, or a side over 65,500.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.size == 0:
        raise ValueError(f"Pixels must be uint8 of shape (height, width, 3), not {pixels.dtype} {pixels.shape}.")
    if max(pixels.shape) > 65_500:
        raise ValueError(f"A JPEG has at most 65,500 pixels per side; this picture has {max(pixels.shape):,}.")
    if not 1 <= quality <= 100:
        raise ValueError(f"JPEG quality is 1 to 100, not {quality}.")
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


def _name(data: bytes) -> str:
    """Name the supported format that `data` begins like."""
    for offset, magic, name in _SIGNATURES:
        if data.startswith(magic, offset):
            return name
    raise NotAnImage(f"This is {_what_else(data)}; supported are {_SUPPORTED}.")


def _what_else(data: bytes) -> str:
    if not data:
        return "an empty file"
    for offset, magic, name in _OTHERS:
        if data.startswith(magic, offset):
            return name
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in start:
        return "an SVG drawing"
    if start.startswith((b"<!doctype html", b"<html", b"<head")):
        return "an HTML page"
    return "not a picture"


def _check_size(size: tuple[int, int], max_pixels: int) -> None:
    width, height = size
    if width * height > max_pixels:
        raise TooManyPixels(f"{width:,} x {height:,} is more than the limit of {max_pixels:,} pixels.")


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
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # noqa: BLE001 - damaged metadata must not cost the picture
        return 1


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
