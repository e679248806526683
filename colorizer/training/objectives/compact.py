"""The project's own network: both heads at once, with and without hints."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from colorizer import bins
from colorizer.bins import AB_SCALE
from colorizer.decoding import towards
from colorizer.networks import Prediction
from colorizer.networks.compact import Compact
from colorizer.training.numbers import Bins, Share, Weight
from colorizer.training.objective import Batch, Objective
from colorizer.training.objectives.zhang16 import weighted_cross_entropy

PARTS = 4
"""In which the hinted pictures of a batch are listened to on a CPU. In a part every picture costs as much as the one
with most hints, and few have many. A GPU takes longer over starting many small steps than over a few large ones."""


@dataclass(frozen=True)
class TwoHeadsSettings:
    """Weights of the losses.

    neighbours: bins of the soft encoding.
    gamma: share of the uniform distribution in the rebalancing, 0 to 1, see `bins.rebalancing_weights`.
    alpha: power of the rebalancing; 0 for none.
    regression: of the Huber loss on ab / 10.
    locality: of what a counterfactual hint moves outside its region.
    hints_only: learn what hints do and leave everything else as it is.
    affinity: learn which places are averaged, too.
    """

    neighbours: Bins
    gamma: Share
    alpha: Weight
    regression: Weight
    locality: Weight = 0.0
    hints_only: bool = False
    affinity: bool = True


class TwoHeads(Objective):
    """Classification as of Zhang et al. 2016 and a Huber loss on ab."""

    Settings = TwoHeadsSettings
    networks = (Compact,)

    def __init__(self, settings: TwoHeadsSettings) -> None:
        super().__init__()
        self.settings = settings
        self.rebalance(bins.prior(), gamma=settings.gamma, alpha=settings.alpha)

    def prepare(self, network: Compact) -> None:
        """See `Objective`."""
        super().prepare(network)
        network.affinity.requires_grad_(self.settings.affinity)
        if self.settings.hints_only:
            network.requires_grad_(False)
            network.spread.requires_grad_(True)

    def hold(self, network: Compact) -> None:
        """See `Objective`."""
        if self.settings.hints_only:
            network.eval()
            network.spread.train()

    def updates(self, network: Compact, batch: Batch, step: int) -> Iterator[dict[str, Tensor]]:
        """See `Objective`."""
        L, stride = batch.L, network.stride
        truth = F.avg_pool2d(batch.ab, stride)
        small_L = F.avg_pool2d(L, stride)
        with torch.set_grad_enabled(not self.settings.hints_only), self.mixed(L):
            trunk = network.trunk(network.features(L), batch.condition)
            affinity, own = network.affinity(trunk, small_L)
            predicted = network.regress(trunk, affinity, own)
        if self.settings.hints_only:
            trunk = trunk.requires_grad_()  # PyTorch 2.13 crashes in a group norm whose input needs no gradient
        # Neighbouring places say nearly the same: the classification loss reads one in four of them.
        some = _OneInFour(step, trunk)
        hinted = _hinted(batch, stride)
        losses: dict[str, Tensor] = {}
        regression = predicted
        with self.mixed(L):
            logits = network.bin_logits(some(trunk), some.rows(affinity), some(own), thinned=2)
        if len(hinted):
            ab = predicted[hinted]
            hint = network.quarter(batch.hint[hinted])
            stays = F.max_pool2d(batch.stays[hinted], stride)
            hint = torch.where(stays > 0, torch.cat([ab.detach() / AB_SCALE, stays], dim=1), hint)
            count = PARTS if L.device.type == "cpu" else 1
            parts = zip(*(x.chunk(count) for x in (trunk[hinted], small_L[hinted], ab, hint)), strict=True)
            with self.mixed(L):
                shift, trust = map(torch.cat, zip(*(network.listen(*part) for part in parts), strict=True))
            changed = ab + shift
            regression = predicted.index_copy(0, hinted, changed)
            if self.settings.locality:
                outside = F.avg_pool2d(batch.outside[hinted], stride)
                strayed = F.smooth_l1_loss(changed / 5, ab.detach() / 5, reduction="none").sum(1, keepdim=True)
                losses["locality"] = ((strayed + trust) * outside).mean() * self.settings.locality
            logits = logits.index_copy(0, hinted, towards(logits[hinted], some(changed), some(trust)))
        if self.settings.hints_only:
            logits, regression, truth = logits[hinted], regression[hinted], truth[hinted]
        losses["classification"] = weighted_cross_entropy(
            logits, some(truth), self.class_weights, neighbours=self.settings.neighbours
        )
        losses["regression"] = F.smooth_l1_loss(regression / 10, truth / 10) * self.settings.regression
        yield losses

    def colours(self, prediction: Prediction) -> Tensor:
        """The annealed mean."""
        return prediction.ab if prediction.logits is None else bins.annealed_mean(prediction.logits)


def _hinted(batch: Batch, stride: int) -> Tensor:
    """The numbers of the pictures that have hints, those with few first: what belongs together is alike in length."""
    places = F.max_pool2d(torch.maximum(batch.hint[:, 2:], batch.stays), stride).sum(dim=(1, 2, 3))
    order = places.argsort()
    return order[batch.hint[order, 2].amax(dim=(1, 2)) > 0]


class _OneInFour:
    """Takes every second row and column of a map, another quarter at each step."""

    def __init__(self, step: int, like: Tensor) -> None:
        self._size = like.shape[2:]
        self._places = (slice(step % 2, None, 2), slice(step // 2 % 2, None, 2))

    def __call__(self, x: Tensor) -> Tensor:
        """x: (B, C, h, w)."""
        return x[(..., *self._places)]

    def rows(self, x: Tensor) -> Tensor:
        """x: (B, h * w, K), a row for each place."""
        return x.view(len(x), *self._size, -1)[(slice(None), *self._places)].flatten(1, 2)
