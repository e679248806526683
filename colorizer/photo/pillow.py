"""Pictures that Pillow decodes."""

import io
from typing import Any

import numpy as np
from PIL import ExifTags, Image

from colorizer.photo.profiles import gamma_profile
from colorizer.photo.ranges import white_level
from colorizer.photo.stored import Samples, Stored

# Older Pillow releases load the readers beyond the commonest five only when they are asked to.
Image.init()

_PREVIEWS = (ExifTags.IFD.IFD1, ExifTags.IFD.MakerNote)


def open_image(kind: str, data: bytes) -> Image.Image:
    """Open with the one reader for that kind, so that no other ever sees the bytes.

    kind: Pillow's name of the format. Raises whatever the reader raises. Unlike `Image.open` this does not look at
    Pillow's own limit of pixels; callers have theirs.
    """
    factory, _ = Image.OPEN[kind]
    return factory(io.BytesIO(data), "")


def stored(image: Image.Image) -> Stored:
    """An image that is loaded, as it is stored; its pixels are converted when they are asked for."""
    space, alpha, mode = _MODES.get(image.mode, ("RGB", False, "RGB"))
    if "transparency" in image.info and image.mode in ("1", "L", "RGB", "P"):
        space, alpha, mode = "RGB", True, "RGBA"  # a palette becomes RGB only by way of RGBA
    result = Stored(image.width, image.height, lambda top, bottom: _rows(image, mode, top, bottom), space, alpha)
    if mode.startswith(("I", "F")):
        result.white = white_level(np.asarray(image), known=65_535 if mode.startswith("I;16") or _is_pnm(image) else 0)
    result.profile = image.info.get("icc_profile") or _gamma(image, space)
    result.orientation = orientation(image)
    result.exif = exif(image)
    result.dpi = dpi(image)
    return result


_MODES = {
    "1": ("GRAY", False, "L"),
    "L": ("GRAY", False, "L"),
    "LA": ("GRAY", True, "LA"),
    "La": ("GRAY", True, "LA"),
    "I": ("GRAY", False, "I"),
    "I;16": ("GRAY", False, "I;16"),
    "I;16B": ("GRAY", False, "I;16B"),
    "I;16L": ("GRAY", False, "I;16L"),
    "I;16N": ("GRAY", False, "I;16N"),
    "F": ("GRAY", False, "F"),
    "RGB": ("RGB", False, "RGB"),
    "RGBA": ("RGB", True, "RGBA"),
    "RGBa": ("RGB", True, "RGBA"),
    "P": ("RGB", False, "RGB"),
    "PA": ("RGB", True, "RGBA"),
    "CMYK": ("CMYK", False, "CMYK"),
    "LAB": ("LAB", False, "LAB"),
}
"""By Pillow's mode: the space of the samples, whether opacity follows, and the mode to ask Pillow for."""


def _rows(image: Image.Image, mode: str, top: int, bottom: int) -> Samples:
    strip = image.crop((0, top, image.width, bottom))
    samples = np.asarray(strip if strip.mode == mode else strip.convert(mode))
    if mode == "LAB":
        samples = samples ^ np.array([0, 128, 128], np.uint8)  # Pillow keeps a and b as signed bytes
    return samples if samples.ndim == 3 else samples[..., None]


_XMP = ("xmp", "XML:com.adobe.xmp")
"""Pillow's names of it."""


def orientation(image: Image.Image) -> int:
    """EXIF orientation 1 to 8; damaged EXIF counts as upright.

    What XMP says of it, which Pillow falls back on, browsers pass over: it is often of before an editor turned the
    picture.
    """
    said = {name: image.info.pop(name) for name in _XMP if name in image.info}
    try:
        found = int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # noqa: BLE001 - damaged metadata must not cost the picture
        return 1
    finally:
        image.info.update(said)
    return found if 1 <= found <= 8 else 1


def exif(image: Image.Image) -> bytes:
    """EXIF of a copy that is upright: without orientation, size and preview. Empty where there is none."""
    try:
        found = Image.Exif()
        found.load(image.getexif().tobytes())  # a copy: the image may be somebody's own
        for tag in _OF_THE_FILE:
            found.pop(tag, None)
        for ifd in _PREVIEWS:
            found.get_ifd(ifd).clear()
        kept: bytes = found.tobytes() if len(found) else b""
    except Exception:  # noqa: BLE001 - as above
        return b""
    return kept if len(kept) <= 65_000 else b""


_OF_THE_FILE = frozenset(
    {
        ExifTags.Base.Orientation, ExifTags.Base.ImageWidth, ExifTags.Base.ImageLength, ExifTags.Base.BitsPerSample,
        ExifTags.Base.Compression, ExifTags.Base.PhotometricInterpretation, ExifTags.Base.SamplesPerPixel,
        ExifTags.Base.StripOffsets, ExifTags.Base.StripByteCounts, ExifTags.Base.RowsPerStrip,
        ExifTags.Base.PlanarConfiguration, ExifTags.Base.Predictor, ExifTags.Base.SubIFDs, ExifTags.Base.ExtraSamples,
        ExifTags.Base.SampleFormat, ExifTags.Base.ColorMap, ExifTags.Base.TileWidth, ExifTags.Base.TileLength,
        ExifTags.Base.TileOffsets, ExifTags.Base.TileByteCounts, ExifTags.Base.JPEGTables, ExifTags.Base.NewSubfileType,
        ExifTags.Base.SubfileType, ExifTags.Base.InterColorProfile, ExifTags.Base.XMLPacket, ExifTags.Base.FillOrder,
        ExifTags.Base.JpegIFOffset, ExifTags.Base.JpegIFByteCount, ExifTags.Base.ImageResources,
        ExifTags.Base.YCbCrSubSampling, ExifTags.Base.YCbCrPositioning, ExifTags.Base.ReferenceBlackWhite,
        ExifTags.Base.YCbCrCoefficients, ExifTags.Base.TransferFunction, ExifTags.Base.WhitePoint,
        ExifTags.Base.PrimaryChromaticities, ExifTags.Base.IPTCNAA,
    }
)  # fmt: skip
"""Tags that speak of the file that was read, not of the photograph."""


def dpi(image: Image.Image) -> tuple[float, float] | None:
    """Dots per inch, where the file says something that can be meant."""
    if image.info.get("dpi") == (72, 72) and "jfif_unit" in image.info and not image.info["jfif_unit"]:
        return None  # Pillow's own guess, of a JPEG with EXIF data that say nothing of it
    try:
        across, down = (float(value) for value in image.info["dpi"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return (across, down) if 1 < across < 65_535 and 1 < down < 65_535 else None


def _gamma(image: Image.Image, space: str) -> bytes | None:
    """What a PNG says of its gamma, where it has neither a profile nor the word that it is sRGB."""
    info: dict[Any, Any] = image.info
    if image.format != "PNG" or "gamma" not in info or "srgb" in info or space not in ("GRAY", "RGB"):
        return None
    return gamma_profile(space, float(info["gamma"]), info.get("chromaticity"))


def _is_pnm(image: Image.Image) -> bool:
    """Whether Pillow has stretched the samples to 16 bits already, as it does for PGM."""
    return image.format == "PPM" and image.mode == "I"
