"""Tell grey from tinted from colour from what is no photograph.

The rule for drawings is four thresholds, that for colour is in `colorizer.greyness`. Both are measured by
`docs/measure/detector.py` (see docs/detector.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.domain.verdict import Verdict
from bot.photos.drawn import drawn_measures
from colorizer.greyness import Greyness, judge
from colorizer.greyness.planes import shrink


@dataclass(frozen=True, slots=True)
class Detection:
    """A verdict and the numbers behind it, for the log.

    `measures` holds those of `Greyness` and of `drawn_measures`, which describe them.
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


def detect(pixels: npt.NDArray[np.uint8]) -> Detection:
    """Judge sRGB uint8 pixels of shape (height, width, 3), or (height, width) for grey, of any size from 1 x 1.

    Raises `ValueError` for another shape or type.
    """
    if pixels.dtype != np.uint8 or pixels.ndim not in (2, 3) or pixels.size == 0 or pixels.shape[2:] not in ((), (3,)):
        raise ValueError(f"Pixels must be uint8 of shape (height, width, 3), not {pixels.dtype} {pixels.shape}.")
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[..., None], 3, axis=2)
    small = shrink(np.ascontiguousarray(pixels), _SIDE)
    greyness, drawn = judge(small), drawn_measures(small)
    return Detection(_verdict(greyness, drawn), greyness.measures | drawn)


_IN_COLOUR = 1 / 4
"""A film of which more of the frames are in colour is a colour film: others are black, or a title."""


def detect_film(frames: Sequence[npt.NDArray[np.uint8]]) -> Detection:
    """Judge a film by some of its frames, each as for `detect`; one at least.

    The measures are the means over the frames, of those that every frame has, and the shares of the frames that have
    each verdict.
    """
    found = [detect(frame) for frame in frames]
    shares = {verdict: sum(one.verdict is verdict for one in found) / len(found) for verdict in Verdict}
    usual = max(Verdict, key=lambda verdict: shares[verdict])
    verdict = Verdict.COLOUR if shares[Verdict.COLOUR] > _IN_COLOUR else usual
    everywhere = set.intersection(*(set(one.measures) for one in found))
    measures = {name: float(np.mean([one.measures[name] for one in found])) for name in sorted(everywhere)}
    return Detection(verdict, measures | {f"frames_{verdict}": share for verdict, share in shares.items()})


def _verdict(greyness: Greyness, drawn: dict[str, float]) -> Verdict:
    if (
        drawn["flat"] >= _LEAST_FLAT
        and drawn["spikes"] >= _LEAST_SPIKES
        and drawn["busy"] <= _MOST_BUSY
        and drawn["between"] <= _MOST_BETWEEN
    ):
        return Verdict.NOT_A_PHOTO
    if greyness.in_colour:
        return Verdict.COLOUR
    return Verdict.TINTED if greyness.tinted else Verdict.GREY
