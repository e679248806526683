"""Small copies of a picture in Lab, and sums over squares of them, in numpy alone."""

import numpy as np
import numpy.typing as npt
from PIL import Image

from colorizer.numpy_lab import rgb_to_lab
from colorizer.pixels import Pixels

Planes = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


def shrink(pixels: Pixels, side: int) -> Pixels:
    """Average uint8 RGB down until its longer side is at most `side`; smaller pictures stay as they are."""
    # Thinned out and averaged by whole numbers first: it is many times faster on a hundred megapixels, and what
    # follows smooths the rest.
    step = max(1, max(pixels.shape[:2]) // (16 * side))
    image = Image.fromarray(np.ascontiguousarray(pixels[::step, ::step]))
    factor = max(image.size) // (2 * side)
    if factor > 1:
        image = image.reduce(factor)
    longer = max(image.size)
    if longer > side:
        width, height = (max(1, round(length * side / longer)) for length in image.size)
        image = image.resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(image)


def lab_of(pixels: Pixels) -> Planes:
    """L, a and b, float32 (height, width, 3), slightly smoothed."""
    lab = rgb_to_lab(np.moveaxis(pixels.astype(np.float32) / 255, -1, 0))
    return smooth(np.ascontiguousarray(np.moveaxis(lab, 0, -1), dtype=np.float32))


def smooth(planes: Planes) -> Planes:
    """A Gaussian of one pixel along both sides; the edge is mirrored."""
    taps = np.exp(-0.5 * np.arange(-3, 4, dtype=np.float32) ** 2)
    taps /= taps.sum()
    for axis in (0, 1):
        around = [(3, 3) if side == axis else (0, 0) for side in range(planes.ndim)]
        padded = np.pad(planes, around, mode="symmetric")
        length = planes.shape[axis]
        planes = sum(
            (tap * padded.take(range(at, at + length), axis) for at, tap in enumerate(taps)), np.zeros_like(planes)
        )
    return planes


def coarser(planes: Planes, factor: int) -> Planes:
    """Means over squares of that side, then smoothed: what is left of a picture from afar."""
    factor = max(1, min(factor, *planes.shape[:2]))
    height, width = (side // factor for side in planes.shape[:2])
    cut = planes[: height * factor, : width * factor]
    return smooth(cut.reshape(height, factor, width, factor, -1).mean(axis=(1, 3)))


def covered(mask: Mask, side: int) -> float:
    """Share of the picture covered by squares of `side` that fit into `mask`: thin strokes of a stamp do not."""
    if min(mask.shape) < side:
        return 0.0
    fitting = box_sums(mask.astype(np.int32), side) == side * side
    return float((box_sums(np.pad(fitting.astype(np.int32), side - 1), side) > 0).mean())


def box_sums(values: npt.NDArray[np.int32], side: int) -> npt.NDArray[np.int32]:
    """Sums over every square of that side which lies within (height, width)."""
    total = np.pad(values.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    sums = total[side:, side:] - total[:-side, side:] - total[side:, :-side] + total[:-side, :-side]
    return np.asarray(sums, dtype=np.int32)
