"""CIE Lab and sRGB in NumPy, the same numbers as `colorizer.lab` in PyTorch. Channels come first."""

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from colorizer.pixels import RGB, Pixels

Floats = npt.NDArray[Any]
"""Of float32."""

_TO_XYZ = np.array(
    [
        [0.412453 / 0.95047, 0.357580 / 0.95047, 0.180423 / 0.95047],
        [0.212671, 0.715160, 0.072169],
        [0.019334 / 1.08883, 0.119193 / 1.08883, 0.950227 / 1.08883],
    ]
)
_FROM_XYZ = np.linalg.inv(_TO_XYZ).astype(np.float32)
_SHARES = _TO_XYZ.astype(np.float32)
_EPSILON, _KAPPA, _TOLERANCE = 0.008856, 7.787, 1e-4


def _mix(matrix: Floats, x: Floats) -> Floats:
    return np.tensordot(matrix, x, axes=1).astype(np.float32)


def _linear(rgb: Floats) -> Floats:
    return np.where(rgb > 0.04045, ((np.maximum(rgb, 0.04045) + 0.055) / 1.055) ** 2.4, rgb / 12.92).astype(np.float32)


def _root(x: Floats) -> Floats:
    return np.where(x > _EPSILON, np.cbrt(x), _KAPPA * x + 16 / 116).astype(np.float32)


def rgb_to_lab(rgb: Floats) -> Floats:
    """sRGB (3, ...) in 0..1 to Lab (3, ...)."""
    x, y, z = _root(_mix(_SHARES, _linear(rgb)))
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def lightness(rgb: Floats) -> Floats:
    """sRGB (3, ...) in 0..1 to L (1, ...) in 0..100."""
    return 116 * _root(_mix(_SHARES[1:2], _linear(rgb))) - 16


def lightness_of_bytes(pixels: Pixels) -> Floats:
    """L (H, W) of sRGB pixels (H, W, 3) in 0..255."""
    shares = _luminance_shares()
    y = shares[0].take(pixels[..., 0]) + shares[1].take(pixels[..., 1]) + shares[2].take(pixels[..., 2])
    return 116 * _root(y) - 16


def _to_linear(lab: Floats) -> Floats:
    y = (lab[0] + 16) / 116
    f = np.stack([y + lab[1] / 500, y, y - lab[2] / 200])
    return _mix(_FROM_XYZ, np.where(f > _EPSILON ** (1 / 3), f * f * f, (f - 16 / 116) / _KAPPA).astype(np.float32))


def _inside(linear: Floats) -> npt.NDArray[np.bool_]:
    inside: npt.NDArray[np.bool_] = (linear.min(axis=0) >= -_TOLERANCE) & (linear.max(axis=0) <= 1 + _TOLERANCE)
    return inside


def _shrunk(colours: Floats, steps: int = 7) -> Floats:
    """Lab colours (3, n) that lie outside of sRGB with less chroma, see `colorizer.lab.shrink_to_gamut`."""
    low, high = np.zeros_like(colours[0]), np.ones_like(colours[0])
    for _ in range(steps):
        middle = (low + high) / 2
        inside = _inside(_to_linear(np.stack([colours[0], colours[1] * middle, colours[2] * middle])))
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    return np.stack([colours[0], colours[1] * low, colours[2] * low])


def lab_to_bytes(lab: Floats) -> Pixels:
    """Lab (3, H, W), brought into the gamut, to sRGB (H, W, 3) in 0..255."""
    linear = _to_linear(lab)
    outside = ~_inside(linear)
    if outside.any():
        linear[:, outside] = _to_linear(_shrunk(lab[:, outside]))
    steps = (linear.clip(0, 1) * 65535 + 0.5).astype(np.int32)
    return np.stack([_byte_of_linear().take(channel) for channel in steps], axis=2)


def lab_to_colour(L: float, ab: tuple[float, float]) -> RGB:
    """The sRGB bytes of one colour, brought into the gamut by less chroma."""
    red, green, blue = lab_to_bytes(np.array([L, *ab], np.float32).reshape(3, 1, 1))[0, 0].tolist()
    return red, green, blue


def saturation(rgb: Floats) -> float:
    """Mean HSV saturation, 0..1, of a picture (3, H, W) in 0..1."""
    high, low = rgb.max(axis=0), rgb.min(axis=0)
    return float(((high - low) / np.maximum(high, 1e-6)).mean())


@cache
def _luminance_shares() -> Floats:
    result: Floats = (_SHARES[1][:, None] * _linear(np.arange(256, dtype=np.float32) / 255)).astype(np.float32)
    return result


@cache
def _byte_of_linear() -> Pixels:
    linear = np.arange(65536, dtype=np.float32) / 65535
    encoded = np.where(linear > 0.0031308, 1.055 * np.maximum(linear, 0.0031308) ** (1 / 2.4) - 0.055, 12.92 * linear)
    return (encoded * 255).round().astype(np.uint8)
