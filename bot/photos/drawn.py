"""Numbers that tell drawings, charts, text and screenshots from photographs.

What is drawn consists of areas of exactly one level and of edges between them. Photographs, even with a plain
backdrop or clipped lights, have gentle slopes whose levels fill the histogram between its spikes.
"""

import numpy as np
import numpy.typing as npt
from scipy import ndimage

_LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)


def drawn_measures(pixels: npt.NDArray[np.uint8]) -> dict[str, float]:
    """Measure uint8 sRGB pixels (height, width, 3), at most a few hundred a side. All are shares, from 0 to 1.

    flat: the 3 x 3 neighbourhood differs by at most 1.5 of 255 levels;
    busy: it differs by more than 6 and at most 30, as texture and grain do and edges of drawings do not;
    spikes: within 2 levels of one of the 6 most frequent levels;
    between: not at an edge (at most 20), not clipped, and not within 3 of the 10 most frequent such levels.
    """
    luma = pixels.astype(np.float32) @ _LUMA
    span = ndimage.maximum_filter(luma, 3) - ndimage.minimum_filter(luma, 3)
    levels = np.rint(luma).astype(np.intp)
    calm = _histogram(levels[span <= 20]) / luma.size
    calm[:4] = 0
    calm[252:] = 0
    return {
        "flat": float((span <= 1.5).mean()),
        "busy": float(((span > 6) & (span <= 30)).mean()),
        "spikes": 1 - _outside_spikes(_histogram(levels) / luma.size, spikes=6, reach=2),
        "between": _outside_spikes(calm, spikes=10, reach=3),
    }


def _histogram(levels: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
    return np.bincount(levels.ravel(), minlength=256).astype(np.float64)


def _outside_spikes(histogram: npt.NDArray[np.float64], *, spikes: int, reach: int) -> float:
    """Share of a histogram that is left when its highest windows have been taken out one by one."""
    left = histogram.copy()
    for _ in range(spikes):
        peak = int(np.convolve(left, np.ones(2 * reach + 1), "same").argmax())
        left[max(0, peak - reach) : peak + reach + 1] = 0
    return float(left.sum())
