"""Plain borders around a photo: the mount it is glued to, the white edge of a print, a scanner's black lid.

They have no colours to guess, and a network that knows photographs makes them blue. So they are found and stay as they
are. Measured by `docs/measure/mounts.py`.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from colorizer.pixels import Pixels

_SIDE = 400
"""Pixels of the longer side of the copy in which borders are looked for first."""

_LAYERS = 3
"""A lid, a mount and the white edge of the print are borders within borders."""

_LEAST_BORDER = 0.01  # of the shorter side, on each of the four sides; else it may be sky
_LEAST_PHOTO = 0.3  # of each side
_ALIKE = 0.94  # share of a line that has the border's tone; stamps and writing may lie on a mount
_DIFFERENT = (
    0.4  # share of the photo's outermost lines that has another tone, on three sides: photos have straight edges
)
_SAME_BORDER = 20  # levels by which the four sides may differ, as light falls on them
_TOLERANCE = (10.0, 36.0)  # levels within which a border's pixels lie, for a clean and for the noisiest one

Samples = npt.NDArray[np.float32]


class Mount(NamedTuple):
    """Where the photo lies: rows from top to before bottom, columns from left to before right."""

    top: int
    bottom: int
    left: int
    right: int

    def holds(self, x: float, y: float) -> bool:
        """Whether that place belongs to the photo."""
        return self.left <= x < self.right and self.top <= y < self.bottom


def find(pixels: Pixels) -> Mount | None:
    """The photo within its border, of uint8 sRGB (height, width, 3); None where there is no plain border all round."""
    found = None
    for _ in range(_LAYERS):
        top, bottom, left, right = found or Mount(0, pixels.shape[0], 0, pixels.shape[1])
        inner = _within(pixels[top:bottom, left:right])
        if inner is None:
            break
        found = Mount(top + inner.top, top + inner.bottom, left + inner.left, left + inner.right)
    return found


def restored(painted: Pixels, original: Pixels, mount: Mount | None) -> Pixels:
    """`painted`, to which the border of `original` is given again where there is one; both (height, width, 3)."""
    if mount is not None:
        rows = slice(mount.top, mount.bottom)
        for part in (
            np.s_[: mount.top],
            np.s_[mount.bottom :],
            np.s_[rows, : mount.left],
            np.s_[rows, mount.right :],
        ):
            painted[part] = original[part]
    return painted


def _within(pixels: Pixels) -> Mount | None:
    height, width = pixels.shape[:2]
    step = max(1, max(height, width) // _SIDE)
    small = pixels[::step, ::step].astype(np.float32)
    if min(small.shape[:2]) < 16:
        return None
    tone = _border(small)
    if tone is None:
        return None
    apart = np.abs(small - tone[0]).max(axis=2) > tone[1]
    counts = [_plain_lines(view) for view in (apart, apart[::-1], apart.T, apart.T[::-1])]
    least = max(2, round(_LEAST_BORDER * min(apart.shape)))
    if min(counts) < least:
        return None
    top, bottom, left, right = counts[0], apart.shape[0] - counts[1], counts[2], apart.shape[1] - counts[3]
    if bottom - top < _LEAST_PHOTO * apart.shape[0] or right - left < _LEAST_PHOTO * apart.shape[1]:
        return None
    inside = apart[top:bottom, left:right]
    edges = [
        inside[1:4].mean(axis=1),
        inside[-4:-1].mean(axis=1),
        inside[:, 1:4].mean(axis=0),
        inside[:, -4:-1].mean(axis=0),
    ]
    if sum(float(edge.max()) >= _DIFFERENT for edge in edges) < 3:
        return None
    if step == 1:
        return Mount(top, bottom, left, right)
    rows, columns = slice(top * step, bottom * step, step), slice(left * step, right * step, step)
    return Mount(
        _exactly(pixels[:, columns], top, step, tone),
        height - _exactly(pixels[::-1][:, columns], (height - bottom * step) // step, step, tone),
        _exactly(pixels.swapaxes(0, 1)[:, rows], left, step, tone),
        width - _exactly(pixels.swapaxes(0, 1)[::-1][:, rows], (width - right * step) // step, step, tone),
    )


def _border(small: Samples) -> tuple[Samples, float] | None:
    """Tone of the border and how far its pixels lie from that; None where the four sides are not alike."""
    depth = max(1, round(_LEAST_BORDER * min(small.shape[:2])))
    sides = [small[:depth], small[-depth:], small[:, :depth], small[:, -depth:]]
    tones = np.stack([np.median(side.reshape(-1, 3), axis=0) for side in sides])
    if np.ptp(tones, axis=0).max() > _SAME_BORDER:
        return None
    tone = np.median(tones, axis=0)
    ring = np.concatenate([side.reshape(-1, 3) for side in sides])
    spread = float(np.quantile(np.abs(ring - tone).max(axis=1), 0.9))
    low, high = _TOLERANCE
    return tone.astype(np.float32), min(max(low, 1.6 * spread), high)


def _plain_lines(apart: npt.NDArray[np.bool_]) -> int:
    """How many of the first rows are border."""
    plain = apart.mean(axis=1) <= 1 - _ALIKE
    return int(np.argmin(plain)) if not plain.all() else len(plain)


def _exactly(lines: Pixels, about: int, step: int, tone: tuple[Samples, float]) -> int:
    """The number of border rows at full resolution, when `about` rows of the thinned copy are border."""
    first = max(0, (about - 2) * step)
    near = lines[first : (about + 2) * step].astype(np.float32)
    return first + _plain_lines(np.abs(near - tone[0]).max(axis=2) > tone[1])
