"""Where things move between two frames, and how far that can be believed.

Flow is found by DIS (Kroeger et al. 2016, arXiv:1603.03590) on small copies of the luma. A flow (height, width, 2) from
one frame to another holds, for each pixel of the one, how far it has to be moved, in pixels, to lie on the other.
"""

import threading
from functools import cache
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

from colorizer.pixels import Pixels

Map = npt.NDArray[np.float32]
"""Float32, (height, width) or (height, width, channels)."""

_RESIDUAL = 8.0
"""Difference of L, 0 to 100, at which a match counts for 1/e."""


_HARMLESS = 2.0
"""Change of L along a miss of the flow that does no harm."""


class _PerThread(threading.local):
    """What finds the flow has memory of its own, so that each thread needs one."""

    def __init__(self) -> None:
        self.dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)


_here = _PerThread()


def flow(here: Pixels, there: Pixels) -> Map:
    """The flow between two grey copies, uint8 (height, width), of at least 16 pixels each way."""
    found: Map = _here.dis.calc(here, there, None)  # type: ignore[call-overload]
    return found


def warped(values: Map, towards: Map) -> Map:
    """What lies where the flow points to, in `values` of the frame that it leads to; edges are repeated."""
    grid = _grid(*towards.shape[:2]) + towards
    moved = cv2.remap(values, grid, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
    return cast("Map", moved)


def steepness(L: Map) -> Map:
    """How much L changes from one pixel to the next, (height, width), the most within two pixels."""
    slope = np.hypot(cv2.Sobel(L, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(L, cv2.CV_32F, 0, 1, scale=1 / 8))
    return cv2.dilate(slope, np.ones((5, 5), np.uint8)).astype(np.float32, copy=False)


def agreement(there: Map, back: Map, steep: Map) -> Map:
    """How far two flows, to a frame and back from it, undo each other, (height, width) in 0..1.

    steep: `steepness` of the frame that `there` starts from.

    0 where the way there and back misses by what Sundaram et al. 2010 call occluded, |f + b|^2 above
    0.01 (|f|^2 + |b|^2) + 0.5, and for what has left the picture; 1 where it misses by less than half of that.
    A miss over which L hardly changes does not count: on a plain sky no flow can be found, and none is needed.
    """
    returning = warped(back, there)
    missed = ((there + returning) ** 2).sum(axis=2)
    allowed = 0.01 * ((there**2).sum(axis=2) + (returning**2).sum(axis=2)) + 0.5
    rows, columns = there.shape[:2]
    x, y = np.moveaxis(_grid(rows, columns) + there, 2, 0)
    inside = (x > -1) & (x < columns) & (y > -1) & (y < rows)
    harmless = np.exp(-missed * (steep / _HARMLESS) ** 2)
    result: Map = np.maximum((2 - 2 * missed / allowed).clip(0, 1), harmless) * inside
    return result


def likeness(here: Map, there: Map) -> Map:
    """How alike the L of two frames is, (height, width) in 0..1, after one of them was warped to the other."""
    result: Map = np.exp(-(((here - there) / _RESIDUAL) ** 2))
    return result


@cache
def _grid(rows: int, columns: int) -> Map:
    """x and y of each pixel, (rows, columns, 2)."""
    y, x = np.mgrid[:rows, :columns]
    return np.stack([x, y], axis=2).astype(np.float32)
