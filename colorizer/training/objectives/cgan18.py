"""Nazeri, Ng, Ebrahimi 2018: a discriminator that learns to tell true colours, and a generator that learns to pass.

Each step first trains the discriminator, then the generator, which also keeps near the truth (L1). True pictures are
labelled 0.9 instead of 1 (one-sided smoothing).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from colorizer.bins import AB_SCALE
from colorizer.networks.cgan18 import Cgan18, Discriminator
from colorizer.training.numbers import Share, Weight
from colorizer.training.objective import Batch, Objective


@dataclass(frozen=True)
class AdversarialSettings:
    """Weights and labels.

    l1: weight of the absolute distance to the true ab / 110.
    true_label: what the discriminator is to say of true pictures, 0 to 1; below 1 it stays less sure.
    """

    l1: Weight
    true_label: Share


class Adversarial(Objective):
    """A conditional GAN on patches."""

    Settings = AdversarialSettings
    networks = (Cgan18,)

    def __init__(self, settings: AdversarialSettings) -> None:
        super().__init__()
        self.settings = settings
        self.discriminator = Discriminator()

    def updates(self, network: Cgan18, batch: Batch, step: int) -> Iterator[dict[str, Tensor]]:
        """See `Objective`."""
        with self.mixed(batch.L):
            ab = network(batch.L).ab.float()
        self.discriminator.requires_grad_(True)
        with self.mixed(batch.L):
            true, false = self._judged(batch.L, batch.ab), self._judged(batch.L, ab.detach())
        yield {"true": self._loss(true, self.settings.true_label), "false": self._loss(false, 0.0)}
        self.discriminator.requires_grad_(False)
        with self.mixed(batch.L):
            judged = self._judged(batch.L, ab)
        yield {
            "adversarial": self._loss(judged, 1.0),
            "l1": F.l1_loss(ab / AB_SCALE, batch.ab / AB_SCALE) * self.settings.l1,
        }

    def _judged(self, L: Tensor, ab: Tensor) -> Tensor:
        judged: Tensor = self.discriminator(L, ab)
        return judged.float()

    @staticmethod
    def _loss(logits: Tensor, label: float) -> Tensor:
        return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, label))
