"""Zhang, Isola, Efros 2017: each half of a split-brain autoencoder predicts the channels that it does not see.

The half that predicts ab learns as of Zhang et al. 2016; the other one learns one of 100 bins of L. With one half alone
(cross-channel encoder) there is only the first loss.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor
from torch.nn import functional as F

from colorizer import bins
from colorizer.networks.splitbrain import L_BINS, CrossChannel, SplitBrain
from colorizer.training.numbers import Bins, Positive, Share, Weight
from colorizer.training.objective import Batch, Objective
from colorizer.training.objectives.zhang16 import weighted_cross_entropy


@dataclass(frozen=True)
class CrossChannelsSettings:
    """Soft encoding and rebalancing of the half that predicts ab.

    neighbours: bins of the soft encoding.
    sigma: width of the soft encoding in ab units.
    gamma: share of the uniform distribution in the rebalancing, 0 to 1, see `bins.rebalancing_weights`.
    alpha: power of the rebalancing; 0 for none.
    """

    neighbours: Bins
    sigma: Positive
    gamma: Share
    alpha: Weight


class CrossChannels(Objective):
    """A cross-entropy for each half, at 1/16 of the size."""

    Settings = CrossChannelsSettings
    networks = (CrossChannel, SplitBrain)

    def __init__(self, settings: CrossChannelsSettings) -> None:
        super().__init__()
        self.settings = settings
        self.rebalance(bins.prior(), gamma=settings.gamma, alpha=settings.alpha)

    def updates(self, network: CrossChannel, batch: Batch, step: int) -> Iterator[dict[str, Tensor]]:
        """See `Objective`."""
        with self.mixed(batch.L):
            colours = network.colour(batch.L / 50 - 1).float()
            light = network.lightness(batch.ab).float() if isinstance(network, SplitBrain) else None
        size = (colours.shape[2], colours.shape[3])
        truth = F.adaptive_avg_pool2d(batch.ab, size)
        losses = {
            "ab": weighted_cross_entropy(
                colours, truth, self.class_weights, neighbours=self.settings.neighbours, sigma=self.settings.sigma
            )
        }
        if light is not None:
            L = F.adaptive_avg_pool2d(batch.L, size)[:, 0]
            losses["L"] = F.cross_entropy(light, (L * L_BINS / 100).long().clamp(0, L_BINS - 1))
        yield losses
