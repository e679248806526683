"""Regression of chroma in a colour space of the network's choice, see `colorizer.spaces`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from colorizer.networks.plain import PlainLCh, PlainOklab, PlainYCbCr
from colorizer.training.objective import Batch, Objective


@dataclass(frozen=True)
class SpaceSettings:
    """There is nothing to set."""


class SpaceRegression(Objective):
    """The space's own error of its chroma, at a quarter of the size."""

    Settings = SpaceSettings
    networks = (PlainYCbCr, PlainOklab, PlainLCh)

    def __init__(self, settings: SpaceSettings) -> None:
        super().__init__()

    def updates(self, network: Any, batch: Batch, step: int) -> Iterator[dict[str, Tensor]]:
        """See `Objective`."""
        with self.mixed(batch.L):
            found = network.output(batch.L)
        lab = F.adaptive_avg_pool2d(torch.cat([batch.L, batch.ab], dim=1), found.shape[-2:])
        yield {"regression": network.space.loss(found.float(), network.space.encode(lab))}
