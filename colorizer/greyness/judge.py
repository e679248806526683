"""Tell grey from tinted from colour.

Three logistic functions of measures: whether the picture has chroma that toning does not explain and, where it has,
whether that is noise, or surrounds a grey print. Their constants were fitted on training photographs, turned grey and
tinted in many ways, by `docs/measure/fit_detector.py`, and measured on others by `docs/measure/detector.py` (see
docs/detector.md).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from colorizer.greyness.chroma import SIDE, chroma_measures
from colorizer.greyness.planes import lab_of, shrink
from colorizer.greyness.prints import print_measures
from colorizer.pixels import Pixels

# Weight of each measure after `scaled`, and what is added to their sum.
COLOUR_WEIGHTS: Mapping[str, float] = {
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
COLOUR_BIAS = -6.42

NOISE_WEIGHTS: Mapping[str, float] = {
    "residual": -0.73,
    "across": 0.11,
    "off_hue": 1.26,
    "patches": 1.57,
    "loose": 4.24,
    "minor": -1.83,
    "opposite": -0.78,
    "mean": 0.09,
    "yellow": 0.21,
    "green": -0.97,
    "near_residual": -2.3,
    "near_across": -3.02,
    "near_loose": -2.99,
    "far_residual": -0.92,
    "far_across": -7.53,
    "far_loose": -1.52,
    "edges": -3.19,
    "change": 4.09,
}
NOISE_BIAS = 8.8

PRINT_WEIGHTS: Mapping[str, float] = {
    "area": 11.43,
    "coloured_in": -6.71,
    "coloured_out": 3.79,
    "edge": 6.65,
    "four_sides": 3.17,
    "one_side": -0.93,
    "detail": 1.23,
    "print_residual": -3.97,
    "print_across": -1.77,
    "print_loose": 5.94,
}
PRINT_BIAS = -13.55

_LEAST_TINT = 3.0
"""Chroma of the tone curve from which a print counts as tinted; scanners and codecs stay below it."""

_MOST_NOISE = 14.5
"""Distance in ab from the curve beyond which no noise goes: what does is a thing in colour."""

_SHARES = ("off_hue", "patches", "loose", "coloured_in")
_AS_THEY_ARE = ("area", "coloured_out", "edge", "edges")
_SIDES = {"four_sides": 4, "one_side": 1}


@dataclass(frozen=True, slots=True)
class Greyness:
    """What a picture is, and the numbers behind it, which `chroma_measures` and `print_measures` describe.

    in_colour: it has colours of its own, and they do not merely surround a grey print.
    tinted: it, or the print in it, is not in colour but toned, yellowed or faded.
    measures: also `colour_score` and, where that is above 0, `noise_score` and `print_score`: log odds that there is
    chroma which toning does not explain, that it is noise, and that it surrounds a grey print.
    """

    in_colour: bool
    tinted: bool
    measures: dict[str, float]


def judge(pixels: Pixels) -> Greyness:
    """Judge sRGB uint8 pixels of shape (height, width, 3), of any size from 1 x 1."""
    lab = lab_of(shrink(pixels, SIDE))
    measures = chroma_measures(lab)
    tint = measures["tint"]
    measures["colour_score"] = score(measures, COLOUR_WEIGHTS, COLOUR_BIAS)
    in_colour = measures["colour_score"] > 0
    if in_colour:
        measures["noise_score"] = score(measures, NOISE_WEIGHTS, NOISE_BIAS)
        in_colour = measures["noise_score"] <= 0 or measures["farthest"] > _MOST_NOISE
    if in_colour and (found := print_measures(lab)):
        found["print_score"] = score(found, PRINT_WEIGHTS, PRINT_BIAS)
        measures |= found
        if found["print_score"] > 0:
            in_colour, tint = False, found["print_tint"]
    return Greyness(in_colour, not in_colour and tint >= _LEAST_TINT, measures)


def score(measures: Mapping[str, float], weights: Mapping[str, float], bias: float) -> float:
    """Log odds, by a logistic function of measures."""
    return bias + sum(weight * scaled(name, measures) for name, weight in weights.items())


def scaled(name: str, measures: Mapping[str, float]) -> float:
    """A measure compressed, since twice the colour is not twice the evidence.

    `four_sides` and `one_side` say whether so many sides of a print lie within the picture.
    """
    if name in _SIDES:
        return float(measures["sides"] == _SIDES[name])
    value = measures[name]
    if name in _AS_THEY_ARE:
        return value
    return math.log1p(20 * value if name.endswith(_SHARES) else value)
