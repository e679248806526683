"""Small chroma and a full-size photo to a coloured photo in NumPy: the same as `colorizer.upsample`."""

import numpy as np

from colorizer.numpy_lab import Floats, lab_to_bytes, lightness_of_bytes
from colorizer.pixels import Pixels
from colorizer.runtime.resizing import area, bicubic, box_mean, cubic_matrix

RADIUS, SMOOTHNESS, STRIP = 4, 15.0, 64


def join(pixels: Pixels, ab: Floats, guide: Floats, detail: Floats) -> Pixels:
    """The photo's own L with ab (2, h, w) enlarged along its edges, as uint8 sRGB; see `colorizer.upsample.join`."""
    height, width = pixels.shape[:2]
    field = _linear_model(ab, guide, detail)
    rows, columns = cubic_matrix(field.shape[1], height), cubic_matrix(field.shape[2], width)
    wide = field @ columns.T
    result = np.empty_like(pixels)
    for top in range(0, height, STRIP):
        strip = slice(top, min(top + STRIP, height))
        L = lightness_of_bytes(pixels[strip])
        used = np.flatnonzero(rows[strip].any(axis=0))
        near = slice(used[0], used[-1] + 1)
        slope_a, slope_b, offset_a, offset_b = rows[strip, near] @ wide[:, near]
        result[strip] = lab_to_bytes(np.stack([L, slope_a * L + offset_a, slope_b * L + offset_b]))
    return result


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
