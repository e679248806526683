"""Small chroma and a full-size photo to a coloured photo in NumPy: the same as `colorizer.upsample`."""

import numpy as np

from colorizer.numpy_lab import Floats, root_of_bytes, roots_to_bytes
from colorizer.pixels import Pixels
from colorizer.runtime.resizing import area, bicubic, box_mean, cubic_matrix

RADIUS, SMOOTHNESS, STRIP = 4, 15.0, 32


def join(pixels: Pixels, ab: Floats, guide: Floats, detail: Floats) -> Pixels:
    """The photo's own L with ab (2, h, w) enlarged along its edges, as uint8 sRGB; see `colorizer.upsample.join`."""
    height, width = pixels.shape[:2]
    field = _of_roots(_linear_model(ab, guide, detail))
    rows, columns = cubic_matrix(field.shape[1], height), cubic_matrix(field.shape[2], width)
    wide = field @ columns.T
    result = np.empty_like(pixels)
    for top in range(0, height, STRIP):
        strip = slice(top, min(top + STRIP, height))
        y = root_of_bytes(pixels[strip])
        used = np.flatnonzero(rows[strip].any(axis=0))
        near = slice(used[0], used[-1] + 1)
        slope_x, slope_z, offset_x, offset_z = rows[strip, near] @ wide[:, near]
        result[strip] = roots_to_bytes(np.stack([slope_x * y + offset_x, y, slope_z * y + offset_z]))
    return result


def _of_roots(field: Floats) -> Floats:
    """The field for the roots that Lab is made of: x = slope * y + offset, z likewise; see `colorizer.upsample`."""
    (slope_a, slope_b), (offset_a, offset_b) = field[:2], field[2:]
    slopes = 1 + 116 / 500 * slope_a, 1 - 116 / 200 * slope_b
    return np.stack([*slopes, (offset_a - 16 * slope_a) / 500, (16 * slope_b - offset_b) / 200])


def _linear_model(ab: Floats, L: Floats, detail: Floats) -> Floats:
    """Slopes and offsets (4, h', w') that give ab from the guide L (1, h', w')."""
    size, small = L.shape[1:], ab.shape[1:]
    target = bicubic(ab, size)
    mean_L, mean_ab = box_mean(L, RADIUS), box_mean(target, RADIUS)
    spread = box_mean(L * L, RADIUS) - mean_L**2 + SMOOTHNESS
    slope = (box_mean(L * target, RADIUS) - mean_L * mean_ab) / spread
    slope, offset = np.split(box_mean(np.concatenate([slope, mean_ab - slope * mean_L]), RADIUS), 2)
    lost = ab - area(slope * L + offset, small)
    return np.concatenate([slope, offset + bicubic(lost * detail, size)]).astype(np.float32)
