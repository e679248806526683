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
_BEND = 6 / 29  # the root of _EPSILON


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


def root_of_bytes(pixels: Pixels) -> Floats:
    """The root of Y (H, W) of sRGB pixels (H, W, 3) in 0..255; L is 116 times as much, less 16."""
    red, green, blue = pixels[..., 0], pixels[..., 1], pixels[..., 2]
    if np.array_equal(red, green) and np.array_equal(green, blue):
        grey: Floats = _root_of_grey().take(red)
        return grey
    shares = _luminance_shares()
    return _root(shares[0].take(red) + shares[1].take(green) + shares[2].take(blue))


def _cubed(f: Floats) -> Floats:
    """X, Y and Z of their roots, see `colorizer.lab`."""
    bent = np.maximum(f, _BEND)
    cubed: Floats = bent * bent
    cubed *= bent
    np.subtract(f, bent, out=bent)
    bent *= 3 * _BEND**2
    cubed += bent
    return cubed


def _factor(roots: Floats, steps: int = 7) -> Floats:
    """By what (n,) colours that lie outside of sRGB, as roots (3, n), lose chroma; see `colorizer.lab`."""
    grey = roots[1]
    towards: Floats = roots - grey
    low: Floats = np.zeros_like(grey)
    for step in range(1, steps + 1):
        linear = _FROM_XYZ @ _cubed(grey + towards * (low + np.float32(2**-step)))
        low += _inside(linear) * np.float32(2**-step)
    return low


def _inside(linear: Floats) -> npt.NDArray[np.bool_]:
    inside: npt.NDArray[np.bool_] = (linear.min(axis=0) >= -_TOLERANCE) & (linear.max(axis=0) <= 1 + _TOLERANCE)
    return inside


def roots_to_bytes(roots: Floats) -> Pixels:
    """Roots x, y, z (3, H, W) of X, Y, Z, brought into the gamut, to sRGB (H, W, 3) in 0..255."""
    flat = roots.reshape(3, -1)
    linear = _FROM_XYZ @ _cubed(flat)
    if linear.min() < -_TOLERANCE or linear.max() > 1 + _TOLERANCE:
        outside = np.flatnonzero(~_inside(linear))
        colours = flat[:, outside]
        grey = colours[1]
        linear[:, outside] = _FROM_XYZ @ _cubed(grey + (colours - grey) * _factor(colours))
    np.clip(linear, 0, 1, out=linear)
    linear *= 65535
    linear += 0.5
    result = np.empty((*roots.shape[1:], 3), np.uint8)
    for channel, steps in enumerate(linear.astype(np.uint16)):
        result[..., channel] = _byte_of_linear().take(steps).reshape(roots.shape[1:])
    return result


def lab_to_colour(L: float, ab: tuple[float, float]) -> RGB:
    """The sRGB bytes of one colour, brought into the gamut by less chroma."""
    y, (a, b) = (L + 16) / 116, ab
    roots = np.array([y + a / 500, y, y - b / 200], np.float32)
    red, green, blue = roots_to_bytes(roots.reshape(3, 1, 1))[0, 0].tolist()
    return red, green, blue


def saturation(rgb: Floats) -> float:
    """Mean HSV saturation, 0..1, of a picture (3, H, W) in 0..1."""
    high, low = rgb.max(axis=0), rgb.min(axis=0)
    return float(((high - low) / np.maximum(high, 1e-6)).mean())


@cache
def _root_of_grey() -> Floats:
    return _root(_luminance_shares().sum(axis=0))


@cache
def _luminance_shares() -> Floats:
    result: Floats = (_SHARES[1][:, None] * _linear(np.arange(256, dtype=np.float32) / 255)).astype(np.float32)
    return result


@cache
def _byte_of_linear() -> Pixels:
    linear = np.arange(65536, dtype=np.float32) / 65535
    encoded = np.where(linear > 0.0031308, 1.055 * np.maximum(linear, 0.0031308) ** (1 / 2.4) - 0.055, 12.92 * linear)
    return (encoded * 255).round().astype(np.uint8)
