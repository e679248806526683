"""CIE Lab and sRGB, as torch tensors.

Lab here is CIE 1976 L*a*b* with the D65 white point and the 2 degree observer; L in 0..100, a and b in about
-110..110. RGB is gamma-encoded sRGB in 0..1. Channels are in front of height and width: (..., 3, H, W). The numbers
agree with `skimage.color` (tests/colorizer/test_lab.py).
"""

from functools import cache

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from colorizer.pixels import RGB, Pixels

# IEC 61966-2-1 primaries, D65; rows give X, Y, Z divided by the white point (0.95047, 1, 1.08883).
_RGB_TO_XYZ = torch.tensor(
    [
        [0.412453 / 0.95047, 0.357580 / 0.95047, 0.180423 / 0.95047],
        [0.212671, 0.715160, 0.072169],
        [0.019334 / 1.08883, 0.119193 / 1.08883, 0.950227 / 1.08883],
    ],
    dtype=torch.float64,
)
_XYZ_TO_RGB = torch.linalg.inv(_RGB_TO_XYZ).float()
_RGB_TO_XYZ = _RGB_TO_XYZ.float()
_EPSILON = 0.008856
_KAPPA = 7.787
_ROOT = 6 / 29  # of _EPSILON
_TOLERANCE = 1e-4
"""Of linear light, by which a colour may lie outside the gamut."""


def _mix(matrix: Tensor, x: Tensor) -> Tensor:
    """Apply a 3x3 matrix to the channel axis."""
    return torch.einsum("ij,...jhw->...ihw", matrix.to(x), x)


def rgb_to_linear(rgb: Tensor) -> Tensor:
    """sRGB, any shape, in 0..1 to linear light in 0..1."""
    return torch.where(rgb > 0.04045, ((rgb.clamp_min(0.04045) + 0.055) / 1.055) ** 2.4, rgb / 12.92)


def rgb_to_lab(rgb: Tensor) -> Tensor:
    """sRGB (..., 3, H, W) in 0..1 to Lab (..., 3, H, W)."""
    xyz = _mix(_RGB_TO_XYZ, rgb_to_linear(rgb))
    return roots_to_lab(_root(xyz))


def lightness(rgb: Tensor) -> Tensor:
    """sRGB (..., 3, H, W) in 0..1 to its L (..., 1, H, W) in 0..100; cheaper than the whole Lab."""
    return 116 * root_of_luminance(rgb) - 16


def root_of_luminance(rgb: Tensor) -> Tensor:
    """sRGB (..., 3, H, W) in 0..1 to the root of Y (..., 1, H, W), see `lab_to_roots`."""
    return _root(torch.einsum("j,...jhw->...hw", _RGB_TO_XYZ[1].to(rgb), rgb_to_linear(rgb)).unsqueeze(-3))


def _root(xyz: Tensor) -> Tensor:
    """The roots of X, Y and Z, any shape, as Lab has them."""
    return torch.where(xyz > _EPSILON, xyz.clamp_min(_EPSILON) ** (1 / 3), _KAPPA * xyz + 16 / 116)


def lab_to_roots(lab: Tensor) -> Tensor:
    """Lab (..., 3, H, W) to the roots x, y, z of X, Y, Z: L is 116 y - 16, a is 500 (x - y), b is 200 (y - z)."""
    L, a, b = lab.unbind(-3)
    y = (L + 16) / 116
    return torch.stack([torch.add(y, a, alpha=1 / 500), y, torch.sub(y, b, alpha=1 / 200)], dim=-3)


def roots_to_lab(roots: Tensor) -> Tensor:
    """The way back from `lab_to_roots`."""
    x, y, z = roots.unbind(-3)
    return torch.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], dim=-3)


def _lab_to_linear(lab: Tensor) -> Tensor:
    return _mix(_XYZ_TO_RGB, _cubed(lab_to_roots(lab)))


def _cubed(f: Tensor) -> Tensor:
    """X, Y and Z of their roots, any shape: f^3, and below _ROOT the line that touches the cube there."""
    bent = f.clamp_min(_ROOT)
    return bent.pow(3).add_(f - bent, alpha=3 * _ROOT**2)


def lab_to_rgb(lab: Tensor) -> Tensor:
    """Lab (..., 3, H, W) to sRGB (..., 3, H, W); values outside 0..1 are clipped per channel.

    Bring colours into the gamut first (`shrink_to_gamut`): clipping a channel changes hue and lightness.
    """
    return linear_to_rgb(_lab_to_linear(lab).clamp(0, 1))


def linear_to_rgb(linear: Tensor) -> Tensor:
    """Linear light, any shape, in 0..1 to sRGB in 0..1."""
    return torch.where(linear > 0.0031308, 1.055 * linear.clamp_min(0.0031308) ** (1 / 2.4) - 0.055, 12.92 * linear)


def shrink_to_gamut(lab: Tensor, *, steps: int = 7) -> Tensor:
    """Pull colours that sRGB cannot show towards grey, keeping their L and hue.

    `lab` is (3, H, W) or (B, 3, H, W). Each pixel outside the gamut gets the largest chroma factor found by `steps`
    halvings, so the chroma is within 2**-steps of the best. Colours inside are returned unchanged. L must be in
    0..100, where grey itself is always inside.
    """
    channel = lab.ndim - 3
    outside = ~_in_gamut(_lab_to_linear(lab))
    if not bool(outside.any()):
        return lab
    result = lab.movedim(channel, 0).clone()
    result[1:, outside] *= _factor(lab_to_roots(result[:, outside][..., None])[..., 0], steps)
    return result.movedim(0, channel)


def _factor(roots: Tensor, steps: int = 7) -> Tensor:
    """The factor (n,) of `shrink_to_gamut` for the chroma of colours that all lie outside, given as roots (3, n)."""
    grey, low = roots[1], torch.zeros_like(roots[1])
    towards, matrix, middle = roots - grey, _XYZ_TO_RGB.to(roots), roots.new_tensor(-0.5)
    for step in range(1, steps + 1):
        from_middle = torch.addmm(middle, matrix, _cubed(torch.addcmul(grey, towards, low + 2**-step)))
        low.add_(from_middle.abs_().amax(dim=0) <= 0.5 + _TOLERANCE, alpha=2**-step)
    return low


def _in_gamut(linear: Tensor) -> Tensor:
    return (linear.amin(dim=-3) >= -_TOLERANCE) & (linear.amax(dim=-3) <= 1 + _TOLERANCE)


def lab_to_colour(L: float, ab: tuple[float, float]) -> RGB:
    """The sRGB bytes of one colour, brought into the gamut by less chroma."""
    r, g, b = lab_to_bytes(torch.tensor([L, *ab]).view(3, 1, 1))[0, 0].tolist()
    return r, g, b


def lightness_of_bytes(pixels: Pixels) -> Tensor:
    """`lightness` of sRGB pixels (H, W, 3) in 0..255, as (H, W): by table, for large photos."""
    return 116 * root_of_bytes(pixels) - 16


def root_of_bytes(pixels: Pixels) -> Tensor:
    """`root_of_luminance` of sRGB pixels (H, W, 3) in 0..255, as (H, W): by table, for large photos."""
    red, green, blue = pixels[..., 0], pixels[..., 1], pixels[..., 2]
    if np.array_equal(red, green) and np.array_equal(green, blue):
        return torch.from_numpy(_root_of_grey().take(red))
    shares = _luminance_shares()
    luminance = shares[0].take(red)
    luminance += shares[1].take(green)
    luminance += shares[2].take(blue)
    return _root(torch.from_numpy(luminance))


def lab_to_bytes(lab: Tensor) -> Pixels:
    """Lab (3, H, W), brought into the gamut, to sRGB (H, W, 3) in 0..255: by table, for large photos."""
    return roots_to_bytes(lab_to_roots(lab))


def roots_to_bytes(roots: Tensor, *, by_table: bool = True) -> Pixels:
    """The same for the roots x, y, z (3, H, W).

    by_table: In 65,536 steps of linear light, so that a value on the border between two bytes may fall to the other
        side of it; on a processor the formula takes far longer.
    """
    linear = _shown(roots.view(3, -1)).clamp_(0, 1)
    if by_table:
        found = _byte_of_linear().index_select(0, linear.mul_(65535).add_(0.5).to(torch.int32).view(-1))
    else:
        found = (linear_to_rgb(linear) * 255).round().to(torch.uint8)
    result: Pixels = torch.stack(list(found.view(roots.shape)), dim=2).cpu().numpy()
    return result


def _shown(roots: Tensor) -> Tensor:
    """Linear light (3, n) of roots (3, n), with less chroma where sRGB cannot show it."""
    matrix = _XYZ_TO_RGB.to(roots)
    linear: Tensor = matrix @ _cubed(roots)
    lowest, highest = torch.aminmax(linear)
    if float(lowest) < -_TOLERANCE or float(highest) > 1 + _TOLERANCE:
        outside = ((linear - 0.5).abs_().amax(dim=0) > 0.5 + _TOLERANCE).nonzero()[:, 0]
        colours = roots.index_select(1, outside)
        shrunk = torch.lerp(colours[1].expand_as(colours), colours, _factor(colours).expand_as(colours))
        linear.index_copy_(1, outside, matrix @ _cubed(shrunk))
    return linear


@cache
def _root_of_grey() -> npt.NDArray[np.float32]:
    """The root of Y of each grey byte, (256,)."""
    return _root(torch.from_numpy(_luminance_shares().sum(axis=0))).numpy()


@cache
def _luminance_shares() -> npt.NDArray[np.float32]:
    """What each value of each channel adds to the luminance, (3, 256)."""
    return (_RGB_TO_XYZ[1][:, None] * rgb_to_linear(torch.arange(256) / 255)).numpy()


@cache
@torch.inference_mode(False)
def _byte_of_linear() -> Tensor:
    return (linear_to_rgb(torch.arange(65536) / 65535) * 255).round().to(torch.uint8)


def saturation(rgb: Tensor) -> float:
    """Mean HSV saturation, 0..1, of a picture (3, H, W) in 0..1."""
    return float(saturations(rgb[None])[0])


def saturations(rgb: Tensor) -> Tensor:
    """Mean HSV saturation (B,), 0..1, of pictures (B, 3, H, W) in 0..1."""
    high, low = rgb.amax(dim=1), rgb.amin(dim=1)
    return ((high - low) / high.clamp_min(1e-6)).mean(dim=(1, 2))
