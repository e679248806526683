"""Whether a picture has colours of its own, so that a folder of mixed pictures can be coloured.

A toned, faded or stained print has chroma too, but there chroma follows lightness and changes slowly across the print.
So ab is fitted as a smooth function of L and of the place, and what is left over is looked at. Told apart on
photographs by `docs/measure/in_colour.py`; where in doubt, a picture counts as grey and is coloured.
"""

import numpy as np
import numpy.typing as npt
from PIL import Image

from colorizer.mounts import find
from colorizer.pixels import Pixels
from colorizer.runtime.lab import rgb_to_lab
from colorizer.runtime.resizing import box_mean

_LEAST = 5.5
"""Distance in ab from the fit that a tenth of the picture exceeds when it is in colour."""

_SIDE = 96  # pixels of the longer side of what is looked at: small enough for chroma noise to average out
_KNOTS = 8  # of the tone curve
_WAVES = 4  # cosine waves across the picture, for stains
_OUTSIDE = 0.15  # share of the picture that the second fit leaves out, such as stamps and colour targets


def in_colour(pixels: Pixels) -> bool:
    """Judge sRGB uint8 pixels of shape (height, width, 3)."""
    return beyond_toning(pixels) > _LEAST


def beyond_toning(pixels: Pixels) -> float:
    """The 90th percentile of the distance in ab from what toning explains, on the photo within its mount."""
    if mount := find(pixels):
        bleeding = 4 + min(pixels.shape[:2]) // 50  # pixels into which JPEG carries the mount's colour
        inside = pixels[mount.top + bleeding : mount.bottom - bleeding, mount.left + bleeding : mount.right - bleeding]
        pixels = inside if min(inside.shape[:2]) >= 8 else pixels
    L, ab = _lab(pixels)
    height, width = L.shape
    knots = np.linspace(0, 100, _KNOTS)
    tones = np.maximum(0, 1 - np.abs(L.reshape(-1, 1) - knots) / (knots[1] - knots[0]))
    down = np.cos(np.pi * np.outer(np.arange(_WAVES), (np.arange(height) + 0.5) / height))
    across = np.cos(np.pi * np.outer(np.arange(_WAVES), (np.arange(width) + 0.5) / width))
    waves = [np.outer(down[i], across[j]).ravel() for i in range(_WAVES) for j in range(_WAVES) if 0 < i + j < _WAVES]
    places = np.stack(waves, axis=1)
    basis = np.concatenate([tones, places, places * L.reshape(-1, 1) / 100], axis=1)
    target = ab.reshape(-1, 2)
    weights = np.ones((len(target), 1))
    for _ in range(2):
        normal = (basis * weights).T @ basis + 1e-6 * len(target) * np.eye(basis.shape[1])
        fitted = basis @ np.linalg.solve(normal, (basis * weights).T @ target)
        distance = np.hypot(*(target - fitted).T)
        weights = (distance <= np.quantile(distance, 1 - _OUTSIDE)).astype(np.float64)[:, None]
    return float(np.quantile(distance, 0.9))


def _lab(pixels: Pixels) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """L (h, w) and ab (h, w, 2) of a small copy, smoothed."""
    step = max(1, max(pixels.shape[:2]) // (8 * _SIDE))  # thinned out first: averaging 100 megapixels takes seconds
    image = Image.fromarray(np.ascontiguousarray(pixels[::step, ::step]))
    factor = max(1, max(image.size) // _SIDE)
    small = np.array(image.reduce(factor) if factor > 1 else image)
    lab = rgb_to_lab(np.moveaxis(small.astype(np.float32) / 255, -1, 0))
    smooth = box_mean(lab, 1).astype(np.float64)
    return smooth[0], np.moveaxis(smooth[1:], 0, -1)
