"""Zhang, Isola, Efros 2016: classification over ab bins with class rebalancing, and its L2 variant.

Greys are left out of the data already (`batches.GREY_LIMIT`). On `Eccv16` the convolution `model_out` starts as the bin
centres: classification leaves it so, that it stays the mean over bins, and L2 learns it with the rest. Classification
trains plain logits; as in the release, the temperature of the annealed mean is folded into the last convolution before
the softmax when weights are exported.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from colorizer import bins
from colorizer.bins import AB_SCALE
from colorizer.errors import InputError
from colorizer.networks import Network
from colorizer.networks.eccv16 import Eccv16
from colorizer.networks.plain import Plain, PlainClusters, PlainGrid20, PlainGroups, PlainRegression
from colorizer.training.numbers import Bins, Positive, Share, Weight
from colorizer.training.objective import Batch, Objective
from colorizer.training.photos import PhotoSet


@dataclass(frozen=True)
class ClassificationSettings:
    """Soft encoding, rebalancing and annealed mean.

    neighbours: bins of the soft encoding.
    sigma: width of the soft encoding in ab units.
    gamma: share of the uniform distribution in the rebalancing, 0 to 1, see `bins.rebalancing_weights`.
    alpha: power of the rebalancing; 0 for none.
    temperature: of the annealed mean by which colours are read afterwards; 1 for the plain mean.
    """

    neighbours: Bins
    sigma: Positive
    gamma: Share
    alpha: Weight
    temperature: Positive


class Classification(Objective):
    """Weighted cross-entropy against the soft code of the true colours at a quarter of the size."""

    Settings = ClassificationSettings
    networks: ClassVar[tuple[type[Network], ...]] = (Eccv16, Plain, PlainGrid20, PlainClusters)

    def __init__(self, settings: ClassificationSettings) -> None:
        super().__init__()
        self.settings = settings
        self.table = bins.hull()
        self.folded = False

    def prepare(self, network: Any) -> None:
        """Set the class weights for the network's bins, and its decoding."""
        super().prepare(network)
        self.table = getattr(network, "table", self.table)
        self.rebalance(self.table.prior, gamma=self.settings.gamma, alpha=self.settings.alpha)
        if isinstance(network, Eccv16):
            mean_over_bins(network).requires_grad_(False)
            self.folded = True
        else:
            network.temperature = self.settings.temperature

    def updates(self, network: Any, batch: Batch, step: int) -> Iterator[dict[str, Tensor]]:
        """See `Objective`."""
        with self.mixed(batch.L):
            logits = self.logits(network, batch).float()
        truth = F.adaptive_avg_pool2d(batch.ab, (logits.shape[2], logits.shape[3]))
        yield {
            "classification": weighted_cross_entropy(
                logits,
                truth,
                self.class_weights,
                neighbours=self.settings.neighbours,
                sigma=self.settings.sigma,
                table=self.table,
            )
        }

    def logits(self, network: Any, batch: Batch) -> Tensor:
        """What the network says of a batch."""
        logits: Tensor = network.logits(batch.L)
        return logits

    def export(self, weights: dict[str, Tensor]) -> dict[str, Tensor]:
        """With the temperature in the last convolution before the softmax, where the network has no other place."""
        if not self.folded:
            return weights
        last = ("model8.6.weight", "model8.6.bias")
        return weights | {key: weights[key] / self.settings.temperature for key in last}

    def metadata(self) -> dict[str, str]:
        """The temperature."""
        return {"temperature": str(self.settings.temperature)}


class GroupedClassification(Classification):
    """The same for a network that is told the photo's group, for half of the photos, so that it can do without."""

    networks = (PlainGroups,)

    def check(self, photos: PhotoSet) -> None:
        """Raises InputError where there are more groups than the network knows."""
        groups = sorted(set(photos.groups))
        if len(groups) > PlainGroups.GROUPS:
            raise InputError(f"{len(groups)} groups of photographs; at most {PlainGroups.GROUPS}: {', '.join(groups)}")

    def logits(self, network: Any, batch: Batch) -> Tensor:
        """Told or not, by chance."""
        told = torch.rand(len(batch.group), device=batch.group.device) < 0.5
        logits: Tensor = network.logits(batch.L, torch.where(told, batch.group, PlainGroups.GROUPS))
        return logits


@dataclass(frozen=True)
class RegressionSettings:
    """There is nothing to set."""


class Regression(Objective):
    """Half the squared distance of ab / 110 to the truth, averaged over pixels."""

    Settings = RegressionSettings
    networks = (Eccv16, PlainRegression)

    def __init__(self, settings: RegressionSettings) -> None:
        super().__init__()

    def prepare(self, network: Any) -> None:
        """Start `model_out` where classification has it, to learn on."""
        super().prepare(network)
        if isinstance(network, Eccv16):
            mean_over_bins(network)

    def updates(self, network: Any, batch: Batch, step: int) -> Iterator[dict[str, Tensor]]:
        """See `Objective`."""
        with self.mixed(batch.L):
            ab = network(batch.L).ab.float()
        truth = F.adaptive_avg_pool2d(batch.ab, ab.shape[-2:])
        yield {"regression": ((ab - truth) / AB_SCALE).square().sum(dim=1).mean() / 2}


def mean_over_bins(network: Eccv16) -> Tensor:
    """Make `model_out` the mean over bins, and return its weight."""
    weight = network.model_out.weight
    with torch.no_grad():
        weight.copy_((bins.centres().T / AB_SCALE)[..., None, None])
    return weight


def weighted_cross_entropy(
    logits: Tensor,
    ab: Tensor,
    class_weights: Tensor,
    *,
    neighbours: int = 5,
    sigma: float = 5.0,
    table: bins.Table | None = None,
) -> Tensor:
    """Weighted cross-entropy of logits (B, bins, h, w) against the soft code of ab (B, 2, h, w).

    The weight of a pixel is that of its nearest bin (Zhang et al. 2016, equations 2 and 3).
    """
    index, weight = bins.encode_pixels(ab, k=neighbours, sigma=sigma, table=table)
    log_probability = F.log_softmax(logits, dim=1).permute(0, 2, 3, 1)
    cross_entropy = -(log_probability.gather(3, index) * weight).sum(dim=3)
    return (cross_entropy * class_weights[index[..., 0]]).mean()
