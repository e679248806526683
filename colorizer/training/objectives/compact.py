"""The project's own network: both heads at once, told of hints where a picture has them."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from colorizer import bins
from colorizer.bins import AB_SCALE
from colorizer.networks import Prediction
from colorizer.networks.compact import Compact
from colorizer.training.objective import Batch, Objective, mixed_precision
from colorizer.training.objectives.zhang16 import weighted_cross_entropy


@dataclass(frozen=True)
class TwoHeadsSettings:
    """Soft encoding, rebalancing and the weight of the regression head."""

    neighbours: int
    gamma: float
    alpha: float
    regression: float


class TwoHeads(Objective):
    """Classification as of Zhang et al. 2016 and a Huber loss on ab."""

    Settings = TwoHeadsSettings
    networks = (Compact,)

    def __init__(self, settings: TwoHeadsSettings) -> None:
        super().__init__()
        self.settings = settings
        self.rebalancing = settings.alpha
        weights = bins.rebalancing_weights(bins.prior(), gamma=settings.gamma, alpha=settings.alpha)
        self.class_weights: Tensor
        self.register_buffer("class_weights", weights, persistent=False)

    def updates(self, network: Compact, batch: Batch, step: int) -> Iterator[dict[str, Tensor]]:
        """See `Objective`."""
        L, hint, stride = batch.L, batch.hint, network.stride
        truth = F.avg_pool2d(batch.ab, stride)
        features = network.features(L)
        # Neighbouring pixels say nearly the same: the classification loss reads one in four of them.
        some = (..., slice(step % 2, None, 2), slice(step // 2 % 2, None, 2))
        with mixed_precision(L):
            trunk = network.trunk(features, batch.condition)
            regression = network.regression(trunk).float() * AB_SCALE
            trust = torch.zeros_like(regression[:, :1])
            (hinted,) = torch.where(hint[:, 2].amax(dim=(1, 2)) > 0)
            if len(hinted):
                heard, ab_heard, trust_heard = network.listen(
                    trunk[hinted], F.avg_pool2d(L[hinted], stride), regression[hinted], network.quarter(hint[hinted])
                )
                shift = torch.zeros_like(regression).index_copy(0, hinted, ab_heard - regression[hinted])
                trust = trust.index_copy(0, hinted, trust_heard)
                target = regression + shift
                trunk = trunk.index_copy(0, hinted, heard.to(trunk.dtype))
                regression = network.regression(trunk).float() * AB_SCALE + shift
            logits = network.bins(trunk[some]).float()
        if len(hinted):
            logits = network.spread.towards(logits, target[some], trust[some])
        yield {
            "classification": weighted_cross_entropy(
                logits, truth[some], self.class_weights, neighbours=self.settings.neighbours
            ),
            "regression": F.smooth_l1_loss(regression / 10, truth / 10) * self.settings.regression,
        }

    def colours(self, prediction: Prediction) -> Tensor:
        """The annealed mean."""
        return prediction.ab if prediction.logits is None else bins.annealed_mean(prediction.logits)
