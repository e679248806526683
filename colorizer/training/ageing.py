"""Lightness as old prints and scans hold it: gamma, contrast, blur, grain, scratches."""

import torch
from torch import Tensor
from torch.nn import functional as F

SCRATCHES = 7
"""Of a scratched picture, at most."""


def age(L: Tensor, generator: torch.Generator) -> Tensor:
    """L (B, 1, H, W) in 0..100, each picture aged in its own way.

    Grain comes as large as a pixel or larger: in a small copy of a grainy print it is a texture, not noise.
    """

    def uniform(low: float, high: float) -> Tensor:
        return torch.rand(len(L), 1, 1, 1, generator=generator, device=L.device) * (high - low) + low

    def normal(*size: int) -> Tensor:
        return torch.randn(size, generator=generator, device=L.device)

    L = 100 * (L.clamp(0, 100) / 100) ** (normal(len(L), 1, 1, 1) * 0.25).exp()
    low, high = uniform(0, 20), uniform(75, 100)
    L = low + L * (high - low) / 100
    blur = uniform(0, 1)
    L = torch.where(blur < 0.15, _mean(L, 3), torch.where(blur < 0.3, _mean(L, 5), L))
    grain = normal(*L.shape)
    grain = torch.where(uniform(0, 1) < 0.5, _mean(grain, 3) * 2.5, grain)
    L = L + torch.where(uniform(0, 1) < 0.6, grain * uniform(0, 8), 0.0)
    columns = torch.arange(L.shape[3], device=L.device)
    count = torch.where(uniform(0, 1) < 0.1, uniform(1, SCRATCHES + 1).floor(), 0.0)
    for number in range(SCRATCHES):
        first = uniform(0, L.shape[3]).floor()
        here = (columns >= first) & (columns < first + uniform(1, 3).floor()) & (number < count)
        L = torch.where(here, uniform(0, 100), L)
    return L.clamp(0, 100)


def _mean(x: Tensor, side: int) -> Tensor:
    return F.avg_pool2d(F.pad(x, [side // 2] * 4, mode="reflect"), side, stride=1)
