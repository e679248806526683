"""Tell grey from tinted from colour from what is no photograph.

The rule for drawings is four thresholds. The rule for colour is a logistic function of ten measures; its constants
were fitted on training photographs, turned grey and tinted in many ways, by `docs/measure/fit_detector.py`, and
measured on others by `docs/measure/detector.py` (see docs/detector.md).
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.domain.verdict import Verdict
from bot.photos.chroma import chroma_measures, shrink
from bot.photos.drawn import drawn_measures


@dataclass(frozen=True, slots=True)
class Detection:
    """A verdict and the numbers behind it, for the log.

    `measures` holds those of `chroma_measures` and `drawn_measures`, which describe them, and `colour_score`: above
    0 means colour; the distance from 0 is the confidence, as log odds.
    """

    verdict: Verdict
    measures: dict[str, float]


_SIDE = 320
"""Longer side, in pixels, of what is looked at: large enough for the strokes of a drawing."""

# Drawings: all four must hold, so that a doubtful picture counts as a photo.
_LEAST_FLAT = 0.24
_LEAST_SPIKES = 0.65
_MOST_BUSY = 0.30
_MOST_BETWEEN = 0.004

# Weight of each measure after `_scaled`, and what is added to their sum.
_WEIGHTS = {
    "residual": 1.55,
    "across": 4.41,
    "off_hue": 3.35,
    "patches": 5.32,
    "loose": -2.38,
    "minor": 1.79,
    "opposite": 0.5,
    "mean": -0.39,
    "yellow": -0.54,
    "green": 1.84,
}
_BIAS = -6.72

_LEAST_TINT = 3.0
"""Chroma of the tone curve from which a print counts as tinted; scanners and codecs stay below it."""


def detect(pixels: npt.NDArray[np.uint8]) -> Detection:
    """Judge sRGB uint8 pixels of shape (height, width, 3), or (height, width) for grey, of any size from 1 x 1.

    Raises `ValueError` for another shape or type.
    """
    if pixels.dtype != np.uint8 or pixels.ndim not in (2, 3) or pixels.size == 0 or pixels.shape[2:] not in ((), (3,)):
        raise ValueError(f"Pixels must be uint8 of shape (height, width, 3), not {pixels.dtype} {pixels.shape}.")
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[..., None], 3, axis=2)
    small = shrink(np.ascontiguousarray(pixels), _SIDE)
    measures = chroma_measures(small) | drawn_measures(small)
    measures["colour_score"] = colour_score(measures)
    return Detection(_verdict(measures), measures)


def colour_score(measures: dict[str, float]) -> float:
    """Return the log odds that a photo with these measures is in colour."""
    return _BIAS + sum(weight * _scaled(name, measures[name]) for name, weight in _WEIGHTS.items())


def _scaled(name: str, value: float) -> float:
    """Compress a measure, since twice the colour is not twice the evidence."""
    return math.log1p(20 * value if name in ("off_hue", "patches", "loose") else value)


def _verdict(measures: dict[str, float]) -> Verdict:
    if (
        measures["flat"] >= _LEAST_FLAT
        and measures["spikes"] >= _LEAST_SPIKES
        and measures["busy"] <= _MOST_BUSY
        and measures["between"] <= _MOST_BETWEEN
    ):
        return Verdict.NOT_A_PHOTO
    if measures["colour_score"] > 0:
        return Verdict.COLOUR
    return Verdict.TINTED if measures["tint"] >= _LEAST_TINT else Verdict.GREY
