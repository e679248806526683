"""From a picture's own colours to sRGB, by its ICC profile or its gamma, before its samples lose depth."""

from collections.abc import Callable
from functools import cache
from typing import Any

import imagecodecs
import numpy as np
import numpy.typing as npt
from PIL import ImageCms

from colorizer.pixels import Pixels

Samples = npt.NDArray[Any]

_SPACES = {b"GRAY": "GRAY", b"RGB ": "RGB", b"CMYK": "CMYK", b"Lab ": "LAB"}
_SRGB_CHROMATICITIES = (0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
_SRGB_WHITE = (0.3127, 0.3290)
_NEGLIGIBLE = 2
"""A profile that changes no colour by more levels of 255 is that of sRGB, or as good."""

_NO_OPTIMIZATION = imagecodecs.CMS.FLAGS.NOOPTIMIZE  # else the dark tones of linear grey are interpolated, badly
_FLAGS = imagecodecs.CMS.FLAGS.BLACKPOINTCOMPENSATION


def to_srgb(space: str, profile: bytes | None) -> Callable[[Samples], Pixels]:
    """What turns samples of 8 or 16 bits, shape (rows, width, channels), into sRGB of 8 bits.

    space: "GRAY", "RGB", "CMYK" or "LAB". profile: an ICC profile; one that is damaged, describes another space or
    changes nothing is left out, as browsers do.
    """
    if space == "LAB":
        return lambda samples: _transform(samples, _lab(), "LAB")
    if profile is not None and _changes(profile, space):
        return lambda samples: _transform(samples, profile, space)
    return {"GRAY": _from_grey, "RGB": _to_8_bits, "CMYK": _from_cmyk}[space]


def gamma_profile(space: str, gamma: float, chromaticities: tuple[float, ...] | None) -> bytes | None:
    """The profile of a PNG that says its gamma, such as 0.45455, and perhaps where white, red, green and blue lie.

    None where it says what sRGB is, or nothing that can be used.
    """
    if not 0.05 < gamma < 5:
        return None
    ordinary = chromaticities is None or np.allclose(chromaticities, (*_SRGB_WHITE, *_SRGB_CHROMATICITIES), atol=0.002)
    if ordinary and abs(gamma / 0.45455 - 1) < 0.05:
        return None
    white, primaries = _SRGB_WHITE, _SRGB_CHROMATICITIES
    if chromaticities is not None and len(chromaticities) == 8 and all(0 < one < 1 for one in chromaticities):
        white, primaries = chromaticities[:2], chromaticities[2:]
    try:
        if space == "GRAY":
            return imagecodecs.cms_profile("gray", gamma=1 / gamma)
        with_luminance = [value for i in (0, 2, 4) for value in (*primaries[i : i + 2], 1.0)]
        return imagecodecs.cms_profile("rgb", whitepoint=(*white, 1.0), primaries=with_luminance, gamma=1 / gamma)
    except (RuntimeError, ValueError):
        return None


@cache
def _srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@cache
def _lab() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


def _changes(profile: bytes, space: str) -> bool:
    """Whether the profile describes that space, can be used, and makes a difference."""
    if _SPACES.get(profile[16:20]) != space:
        return False
    levels = np.arange(256) if space == "GRAY" else np.arange(0, 256, 51)
    grid = np.stack(np.meshgrid(*[levels] * _CHANNELS[space], indexing="ij"), axis=-1)
    samples = grid.reshape(1, -1, _CHANNELS[space]).astype(np.uint8)
    try:
        there = _transform(samples, profile, space)
    except (RuntimeError, ValueError):
        return False
    if space == "CMYK":
        return True
    plain = _from_grey(samples) if space == "GRAY" else samples
    return int(np.abs(there.astype(np.int16) - plain).max()) > _NEGLIGIBLE


_CHANNELS = {"GRAY": 1, "RGB": 3, "CMYK": 4, "LAB": 3}


def _transform(samples: Samples, profile: bytes, space: str) -> Pixels:
    converted = imagecodecs.cms_transform(
        samples,
        profile,
        _srgb(),
        colorspace=space.lower(),
        outcolorspace="rgb",
        outdtype=np.uint8,
        intent=imagecodecs.CMS.INTENT.RELATIVE_COLORIMETRIC,
        flags=_FLAGS | _NO_OPTIMIZATION if space == "GRAY" else _FLAGS,
    )
    return np.asarray(converted, dtype=np.uint8).reshape(*samples.shape[:2], 3)


def _to_8_bits(samples: Samples) -> Pixels:
    if samples.dtype == np.uint8:
        return samples
    return ((samples.astype(np.uint32) * 255 + 32_767) // 65_535).astype(np.uint8)


def _from_grey(samples: Samples) -> Pixels:
    return np.repeat(_to_8_bits(samples), 3, axis=2)


def _from_cmyk(samples: Samples) -> Pixels:
    """Without a profile: ink takes its share of the light away."""
    light = 255 - _to_8_bits(samples).astype(np.uint16)
    return ((light[..., :3] * light[..., 3:] + 127) // 255).astype(np.uint8)
