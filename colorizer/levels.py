"""Stretch the contrast of faded photos, in the network's input only.

A network takes dark cloth that has faded to grey for red or blue cloth. The photo's own L is not changed.
`python -m docs.measure.levels` measures the gain.
"""

import torch
from torch import Tensor

LOST_BLACK, LOST_WHITE = 12.0, 85.0
"""L of the darkest and of the lightest hundredth of a photo, beyond which its blacks or whites are lost."""

BLACK, WHITE = 4.0, 96.0
"""Where these hundredths lie in an ordinary photo."""


def levelled(L: Tensor) -> Tensor:
    """L with each faded picture stretched to the full range; pictures of nearly one tone stay as they are.

    L: (B, 1, H, W) in 0..100.
    """
    return torch.stack([_levelled(one) for one in L])


def _levelled(L: Tensor) -> Tensor:
    low, high = torch.quantile(L.flatten().float(), torch.tensor([0.01, 0.99], device=L.device)).tolist()
    if (low <= LOST_BLACK and high >= LOST_WHITE) or high - low < 5:
        return L
    stretched: Tensor = (L - low) / (high - low) * (WHITE - BLACK) + BLACK
    return stretched.clamp(0, 100)
