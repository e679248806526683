"""Which sample means white, where a file does not say."""

from typing import Any

import numpy as np
import numpy.typing as npt

_ABOVE = 1.02
"""A picture counts as within a range when all but a thousandth of its samples are, give or take so much."""

_OVERSHOT = 16.0
"""The highest float that belongs to a picture of 0 to 1."""


def white_level(samples: npt.NDArray[Any], *, known: int = 0) -> float:
    """The sample that means white.

    known: what the file's format says, 0 where it says nothing. Else floats are 0 to 1, to 255 or to 65,535, and
    integers of 32 bits are often ones of 8, 16 or 24 bits in a larger box: the smallest such range that holds them, but
    for a few that shine. Floats a little above 1 were 0 to 1 before somebody sharpened or lit them, so the highest is
    white. Integers are never taken for 0 to 1: an all but black scan must stay black.
    """
    if known:
        return float(known)
    step = max(1, samples.size // 4_000_000)
    seen = samples.reshape(-1)[::step].astype(np.float32)
    seen = seen[np.isfinite(seen)]
    high = float(np.quantile(seen, 0.999)) if seen.size else 0.0
    kind = samples.dtype.kind
    ranges = (1.0, 255.0, 65_535.0) if kind == "f" else (255.0, 65_535.0, 16_777_215.0)
    if kind == "f" and _ABOVE < high <= _OVERSHOT:
        return high
    for white in ranges:
        if high <= white * _ABOVE:
            return white
    return high if kind == "f" else float(np.iinfo(samples.dtype).max)
