"""A print that has lost its blacks or its whites, brought back to its full range for the network's eyes.

Dark cloth that has faded to grey would be taken for red or blue cloth. Only what the network sees is changed; the
photo's own L is not. `python -m docs.measure.levels` measures it.
"""

import torch
from torch import Tensor

LOST_BLACK, LOST_WHITE = 12.0, 85.0
"""L of the darkest and of the lightest hundredth of a photo, beyond which its blacks or whites are lost."""

BLACK, WHITE = 4.0, 96.0
"""Where these hundredths lie in an ordinary photo."""


def levelled(L: Tensor) -> Tensor:
    """L (B, 1, H, W) in 0..100, each picture stretched to the full range if it is faded, else as it is.

    A picture of nearly one tone stays too: there is nothing to stretch.
    """
    return torch.stack([_levelled(one) for one in L])


def _levelled(L: Tensor) -> Tensor:
    low, high = torch.quantile(L.flatten().float(), torch.tensor([0.01, 0.99], device=L.device)).tolist()
    if (low <= LOST_BLACK and high >= LOST_WHITE) or high - low < 5:
        return L
    stretched: Tensor = (L - low) / (high - low) * (WHITE - BLACK) + BLACK
    return stretched.clamp(0, 100)
