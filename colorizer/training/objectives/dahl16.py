"""Dahl 2016: Euclidean distance of the colours, as they are and blurred twice, so that a shift costs little."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from colorizer.bins import AB_SCALE
from colorizer.networks.dahl16 import Dahl16
from colorizer.training.objective import Batch, Objective

_KERNELS = ((1.0, 2.0, 1.0), (1.0, 4.0, 6.0, 4.0, 1.0))
"""Gaussians of 3 and 5 pixels, as binomial coefficients."""


@dataclass(frozen=True)
class BlurredEuclideanSettings:
    """There is nothing to set."""


class BlurredEuclidean(Objective):
    """Half the squared distance of ab / 110, averaged over no blur, 3 and 5 pixels of blur."""

    Settings = BlurredEuclideanSettings
    networks = (Dahl16,)

    def __init__(self, settings: BlurredEuclideanSettings) -> None:
        super().__init__()

    def updates(self, network: Dahl16, batch: Batch, step: int) -> Iterator[dict[str, Tensor]]:
        """See `Objective`."""
        with self.mixed(batch.L):
            ab = network(batch.L).ab.float()
        error = (ab - batch.ab) / AB_SCALE
        scales = [error, *(blur(error, kernel) for kernel in _KERNELS)]
        yield {"colour": torch.stack([scale.square().sum(dim=1).mean() / 2 for scale in scales]).mean()}


def blur(x: Tensor, kernel: tuple[float, ...]) -> Tensor:
    """x (B, C, H, W) blurred along both axes with the kernel, which is normalized here; borders are repeated."""
    weight = torch.tensor(kernel, device=x.device) / sum(kernel)
    channels, reach = x.shape[1], len(kernel) // 2
    x = F.pad(x, [reach] * 4, mode="replicate")
    x = F.conv2d(x, weight.view(1, 1, 1, -1).expand(channels, -1, -1, -1), groups=channels)
    return F.conv2d(x, weight.view(1, 1, -1, 1).expand(channels, -1, -1, -1), groups=channels)
