"""Colour spaces that a network may predict chroma in: Lab, YCbCr, Oklab and LCh, each to ab and back.

Every space keeps the luminance of the grey photo and lets the network say what is left. Targets are brought to a range
of about -1 to 1, so that one learning rate suits all. Used by the networks `plain-*` and docs/spaces.md.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from colorizer.bins import AB_SCALE
from colorizer.lab import lab_to_rgb, linear_to_rgb, rgb_to_lab, rgb_to_linear

# ITU-R BT.601, as in JPEG.
_RED, _GREEN, _BLUE = 0.299, 0.587, 0.114
# Bjorn Ottosson 2020, "A perceptual color space for image processing": linear sRGB to cone responses, their cube roots
# to Oklab.
_TO_CONES = torch.tensor(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_OKLAB = torch.tensor(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_OKLAB_SCALE = 0.3  # no colour of sRGB has a larger a or b


@dataclass(frozen=True)
class Space:
    """A way to write chroma.

    channels: How many numbers a place has.
    encode: Lab (B, 3, H, W) to what a network is to predict (B, channels, H, W).
    decode: L (B, 1, H, W) and what a network predicts to ab (B, 2, H, W).
    loss: Prediction and truth (B, channels, H, W) to the mean error.
    """

    channels: int
    encode: Callable[[Tensor], Tensor]
    decode: Callable[[Tensor, Tensor], Tensor]
    loss: Callable[[Tensor, Tensor], Tensor]


def _half_squared(found: Tensor, truth: Tensor) -> Tensor:
    return (found - truth).square().sum(dim=1).mean() / 2


def _grey(L: Tensor) -> Tensor:
    """The grey photo: L (B, 1, H, W) to sRGB (B, 1, H, W) in 0..1."""
    return lab_to_rgb(F.pad(L, (0, 0, 0, 0, 0, 2)))[:, :1]


def _to_ycbcr(lab: Tensor) -> Tensor:
    red, green, blue = lab_to_rgb(lab).unbind(1)
    luma = _RED * red + _GREEN * green + _BLUE * blue
    return torch.stack([(blue - luma) / (1 - _BLUE), (red - luma) / (1 - _RED)], dim=1)


def _from_ycbcr(L: Tensor, chroma: Tensor) -> Tensor:
    luma = _grey(L)[:, 0]
    blue, red = luma + chroma[:, 0] * (1 - _BLUE), luma + chroma[:, 1] * (1 - _RED)
    green = (luma - _RED * red - _BLUE * blue) / _GREEN
    return rgb_to_lab(torch.stack([red, green, blue], dim=1).clamp(0, 1))[:, 1:]


def _to_oklab(lab: Tensor) -> Tensor:
    cones = torch.einsum("ij,bjhw->bihw", _TO_CONES.to(lab), rgb_to_linear(lab_to_rgb(lab)))
    return torch.einsum("ij,bjhw->bihw", _TO_OKLAB.to(lab), cones.clamp_min(0) ** (1 / 3))[:, 1:] / _OKLAB_SCALE


def _from_oklab(L: Tensor, chroma: Tensor) -> Tensor:
    lightness = rgb_to_linear(_grey(L)) ** (1 / 3)
    oklab = torch.cat([lightness, chroma * _OKLAB_SCALE], dim=1)
    cones = torch.einsum("ij,bjhw->bihw", torch.linalg.inv(_TO_OKLAB).to(L), oklab) ** 3
    linear = torch.einsum("ij,bjhw->bihw", torch.linalg.inv(_TO_CONES).to(L), cones)
    return rgb_to_lab(linear_to_rgb(linear.clamp(0, 1)))[:, 1:]


def _to_lch(lab: Tensor) -> Tensor:
    chroma = lab[:, 1:].norm(dim=1, keepdim=True)
    return torch.cat([chroma / AB_SCALE, lab[:, 1:] / chroma.clamp_min(1e-6)], dim=1)


def _from_lch(_: Tensor, chroma: Tensor) -> Tensor:
    return chroma[:, :1].clamp_min(0) * AB_SCALE * F.normalize(chroma[:, 1:], dim=1)


def _polar(found: Tensor, truth: Tensor) -> Tensor:
    """Half the squared error of C, and of hue as a direction, which counts as much as there is colour."""
    away = 1 - F.cosine_similarity(found[:, 1:], truth[:, 1:], dim=1)
    return (found[:, 0] - truth[:, 0]).square().mean() / 2 + (truth[:, 0].square() * away).mean()


SPACES = {
    "lab": Space(2, lambda lab: lab[:, 1:] / AB_SCALE, lambda _, chroma: chroma * AB_SCALE, _half_squared),
    "ycbcr": Space(2, _to_ycbcr, _from_ycbcr, _half_squared),
    "oklab": Space(2, _to_oklab, _from_oklab, _half_squared),
    "lch": Space(3, _to_lch, _from_lch, _polar),
}
"""By name. In LCh hue is a direction (cos, sin) instead of an angle, which would jump at 360 degrees."""
