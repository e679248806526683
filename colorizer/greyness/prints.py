"""A grey print in a coloured surrounding: on a table, in a frame, in a hand, in an album, beside a colour target.

Looked for is the rectangle that parts pixels near a tone curve from pixels off it best. A photograph in colour has
such rectangles too, in its sky or its walls; but there they are small, plain, or without straight edges of chroma.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from colorizer.greyness.chroma import curve_over, off_the_curve
from colorizer.greyness.planes import Mask, Planes

_OFF = 4.0
"""Distance in ab from the tone curve from which a pixel counts as coloured."""
_COST = 6.0
"""What a coloured pixel within the rectangle counts against a grey one: fingers and dates may lie on a print."""
_CELL = 3
"""Pixels of the grid of rectangles."""
_LEAST = 12
"""Pixels of the shorter side of a print."""
_BLEEDING = 2
"""Pixels into which smoothing carries the surrounding's colour."""


class Box(NamedTuple):
    """Rows from top to before bottom, columns from left to before right."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def inside(self) -> tuple[slice, slice]:
        """The index of what is inside."""
        return np.s_[self.top : self.bottom, self.left : self.right]


def print_measures(lab: Planes) -> dict[str, float]:
    """Measure the rectangle most like a print in a small copy in Lab (height, width, 3); empty where none is.

    area: its share of the picture;
    coloured_in, coloured_out: shares of coloured pixels within and without;
    edge: share of its outline, where that lies within the picture, that parts grey from coloured pixels;
    sides: how many of its sides lie within the picture, 0 to 4;
    detail: standard deviation of L within;
    print_*: measures of `chroma_measures` within.
    """
    box, distance = _best_box(lab)
    if min(box.bottom - box.top, box.right - box.left) < _LEAST:
        return {}
    off = distance > _OFF
    outside = np.ones(off.shape, bool)
    outside[box.inside] = False
    edge, sides = _outline(distance, box)
    core = lab[box.top : box.bottom, box.left : box.right][_BLEEDING:-_BLEEDING, _BLEEDING:-_BLEEDING]
    within_print, toned = off_the_curve(core)
    return {
        "area": 1 - float(outside.mean()),
        "coloured_in": float(off[box.inside].mean()),
        "coloured_out": float(off[outside].mean()) if outside.any() else 0.0,
        "edge": edge,
        "sides": float(sides),
        "detail": float(core[..., 0].std()),
        "print_tint": float(np.sqrt((toned**2).sum(axis=1).mean())),
        **{f"print_{name}": value for name, value in within_print.items()},
    }


def _best_box(lab: Planes) -> tuple[Box, Planes]:
    """The rectangle, and the distance of each pixel from the tone curve by which it was found (height, width)."""
    height, width = lab.shape[:2]
    found: list[tuple[float, Box, Planes]] = []
    for distance in _distances(lab):
        worth = np.where(distance > _OFF, -_COST, 1.0)
        padded = np.pad(worth, ((0, -height % _CELL), (0, -width % _CELL)))
        cells = padded.reshape(padded.shape[0] // _CELL, _CELL, -1, _CELL).sum(axis=(1, 3))
        total, (top, bottom, left, right) = _most_worth(cells)
        box = Box(top * _CELL, min(height, bottom * _CELL), left * _CELL, min(width, right * _CELL))
        found.append((total, box, distance))
    best = max(found, key=lambda one: one[0])
    return best[1], best[2]


def _distances(lab: Planes) -> Iterator[Planes]:
    """Distances from grey, from the middle's median colour, and from tone curves of the middle and of all (h, w)."""
    height, width = lab.shape[:2]
    yield np.hypot(lab[..., 1], lab[..., 2])
    quarter = lab[height // 4 : height - height // 4, width // 4 : width - width // 4, 1:]
    yield np.hypot(*np.moveaxis(lab[..., 1:] - np.median(quarter.reshape(-1, 2), axis=0), 2, 0))
    for share in (0.35, 0.6, 1.0):
        y, x = int(height * (1 - share) / 2), int(width * (1 - share) / 2)
        yield np.hypot(*np.moveaxis(lab[..., 1:] - curve_over(lab[y : height - y, x : width - x], lab), 2, 0))


def _most_worth(cells: npt.NDArray[np.float64]) -> tuple[float, tuple[int, int, int, int]]:
    """The rectangle of cells with the highest sum, by Kadane's rule over columns for all pairs of rows at once."""
    sums = np.pad(cells.cumsum(axis=0), ((1, 0), (0, 0)))
    tops, bottoms = np.triu_indices(len(cells) + 1, 1)
    strips = sums[bottoms] - sums[tops]
    run, best = np.zeros(len(tops)), np.full(len(tops), -np.inf)
    start, left, right = (np.zeros(len(tops), int) for _ in range(3))
    for column in range(cells.shape[1]):
        fresh = run <= 0
        start[fresh] = column
        run = np.where(fresh, 0, run) + strips[:, column]
        better = run > best
        best = np.where(better, run, best)
        left, right = np.where(better, start, left), np.where(better, column + 1, right)
    at = int(best.argmax())
    return float(best[at]), (int(tops[at]), int(bottoms[at]), int(left[at]), int(right[at]))


def _outline(distance: Planes, box: Box) -> tuple[float, int]:
    """The share of the outline that parts grey from coloured pixels, and how many sides lie within the picture."""
    height, width = distance.shape
    turned = (
        (distance, box.top, box.left, box.right),
        (distance[::-1], height - box.bottom, box.left, box.right),
        (distance.T, box.left, box.top, box.bottom),
        (distance.T[::-1], width - box.right, box.top, box.bottom),
    )
    parted = [_parted(view[:, begin:end], first) for view, first, begin, end in turned if first >= _BLEEDING]
    return (float(np.concatenate(parted).mean()) if parted else 0.0), len(parted)


def _parted(lines: Planes, first: int) -> Mask:
    """For each column whether rows from `first` are grey and rows before are not.

    Looked at near that row and, for prints that lie askew, some rows away.
    """
    found = np.zeros(lines.shape[1], bool)
    for gap, thick in ((0, 3), (2, 3), (5, 5)):
        inside = lines[first + gap : first + gap + thick].mean(axis=0)
        outside = lines[max(0, first - gap - thick) : max(1, first - gap)].mean(axis=0)
        found |= (outside > _OFF) & (inside < _OFF) & (outside > 2 * inside)
    return found
