"""Maps (channels, height, width) at another size, as `torch.nn.functional.interpolate` resamples them."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

Map = npt.NDArray[Any]


def bicubic(x: Map, size: tuple[int, int]) -> Map:
    """Keys' cubic with a = -0.75, borders repeated."""
    return _apart(x, size, cubic_matrix)


def bilinear(x: Map, size: tuple[int, int]) -> Map:
    """Straight lines between the places, borders repeated."""
    return x if x.shape[-2:] == size else _apart(x, size, _linear_matrix)


def area(x: Map, size: tuple[int, int]) -> Map:
    """Means over the places that belong to each new one."""
    return _apart(x, size, _area_matrix)


def _apart(x: Map, size: tuple[int, int], matrix: Callable[[int, int], Map]) -> Map:
    result: Map = matrix(x.shape[1], size[0]) @ x @ matrix(x.shape[2], size[1]).T
    return result


@lru_cache(maxsize=32)
def cubic_matrix(small: int, large: int) -> Map:
    """The matrix (large, small) that resamples an axis bicubically."""
    place = (np.arange(large) + 0.5) * small / large - 0.5
    first = np.floor(place).astype(int)
    t = place - first

    def near(x: Map) -> Map:
        return (1.25 * x - 2.25) * x * x + 1

    def far(x: Map) -> Map:
        return ((-0.75 * x + 3.75) * x - 6) * x + 3

    return _filled(small, first, [(-1, far(1 + t)), (0, near(t)), (1, near(1 - t)), (2, far(2 - t))])


@lru_cache(maxsize=32)
def _linear_matrix(small: int, large: int) -> Map:
    place = np.maximum((np.arange(large) + 0.5) * small / large - 0.5, 0)
    first = np.floor(place).astype(int)
    return _filled(small, first, [(0, 1 - (place - first)), (1, place - first)])


def _filled(small: int, first: npt.NDArray[np.int_], taps: list[tuple[int, npt.NDArray[np.float64]]]) -> Map:
    matrix = np.zeros((len(first), small), np.float32)
    rows = np.arange(len(first))
    for step, weight in taps:
        np.add.at(matrix, (rows, np.clip(first + step, 0, small - 1)), weight.astype(np.float32))
    return matrix


@lru_cache(maxsize=32)
def _area_matrix(large: int, small: int) -> Map:
    matrix = np.zeros((small, large), np.float32)
    for i in range(small):
        start, end = i * large // small, -(-(i + 1) * large // small)
        matrix[i, start:end] = 1 / (end - start)
    return matrix


def box_mean(x: Map, radius: int) -> Map:
    """The mean over the square of `radius` around each place; borders are repeated."""
    for axis in (1, 2):
        pad = [(0, 0)] * 3
        pad[axis] = (radius + 1, radius)
        total = np.pad(x.astype(np.float64), pad, mode="edge").cumsum(axis=axis)
        length = x.shape[axis]
        high = np.take(total, range(2 * radius + 1, 2 * radius + 1 + length), axis=axis)
        x = ((high - np.take(total, range(length), axis=axis)) / (2 * radius + 1)).astype(np.float32)
    return x
