"""From what a network says to colours: mixing of its heads, confidence, fading, suggestions."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from colorizer import bins
from colorizer.looks import Decoding
from colorizer.networks.network import Prediction


def decode(
    prediction: Prediction, decoding: Decoding, *, trained_rebalancing: float = 0.0, emphasis: Tensor | None = None
) -> Tensor:
    """A prediction to ab (B, 2, h, w).

    trained_rebalancing: the power that the network's distribution was trained with. emphasis: (313,) or (B, 313),
    added to the logits (a palette). Without a distribution over the 313 bins the network's own ab is all there is.
    """
    logits = prediction.logits
    shift: Tensor | float = 0.0 if prediction.shift is None else prediction.shift
    if logits is None or logits.shape[1] != bins.COUNT or decoding.regression == 1:
        return (prediction.ab + shift) * decoding.chroma
    moved = _rebalancing(decoding.rebalancing - trained_rebalancing, logits)
    if emphasis is not None:
        moved = moved + emphasis.view(-1, bins.COUNT, 1, 1)
    colours = bins.annealed_mean(logits + moved, decoding.temperature)
    own = fit(prediction.ab, colours)
    share: Tensor | float = decoding.regression
    if prediction.trust is not None:
        share = share + (1 - share) * prediction.trust
    ab = (share * own + (1 - share) * colours + shift) * decoding.chroma
    return faded(ab, confidence(prediction), decoding.fading) if decoding.fading else ab


def hinted_logits(prediction: Prediction) -> Tensor | None:
    """The logits of a prediction with what its hints say: times a bump around the hinted colour, as far as trusted."""
    if prediction.logits is None or prediction.shift is None or prediction.trust is None:
        return prediction.logits
    return towards(prediction.logits, prediction.ab + prediction.shift, prediction.trust)


BUMP = 13.0
"""ab units: width of the bump that hints put on a distribution."""


def towards(logits: Tensor, ab: Tensor, trust: Tensor) -> Tensor:
    """Logits (B, 313, h, w) times a bump around ab (B, 2, h, w), as far as there is trust (B, 1, h, w)."""
    a, b = bins.centres().to(ab).view(-1, 2, 1, 1).unbind(1)
    return logits - trust * ((ab[:, :1] - a) ** 2 + (ab[:, 1:] - b) ** 2) / (2 * BUMP**2)


def rebalance(logits: Tensor, power: float) -> Tensor:
    """Logits (B, 313, h, w) moved by `power` of the published class rebalancing; negative takes it away."""
    return logits + _rebalancing(power, logits)


def _rebalancing(power: float, like: Tensor) -> Tensor:
    """What `rebalance` adds to each bin, (1, 313, 1, 1)."""
    return power * bins.rebalancing_weights(bins.prior()).log().to(like).view(1, -1, 1, 1)


def confidence(prediction: Prediction) -> Tensor:
    """How sure the network is of its colour at each place, (B, 1, h, w) in 0..1.

    1 / (1 + (s / 25)^2), where s is the spread of its distribution: the root mean square distance, in ab units, of a
    colour drawn from it to its mean. Where hints decide, it is 1. Without a distribution over the 313 bins it is 1
    everywhere, since nothing is known.
    """
    logits = prediction.logits
    if logits is None or logits.shape[1] != bins.COUNT:
        return torch.ones_like(prediction.ab[:, :1])
    probability = bins.softmax(logits.float())
    centres = bins.centres().to(probability)
    mean = torch.einsum("bqhw,qc->bchw", probability, centres)
    square = torch.einsum("bqhw,q->bhw", probability, (centres**2).sum(1)) - (mean**2).sum(1)
    sure = 1 / (1 + square.clamp_min(0)[:, None] / 25**2)
    return sure if prediction.trust is None else sure + (1 - sure) * prediction.trust


def faded(ab: Tensor, sure: Tensor, amount: float) -> Tensor:
    """ab (B, 2, h, w) with less chroma where confidence (B, 1, h, w) is low: by `amount` at none, by 0 from 0.8 up."""
    return ab * (1 - amount * (1 - sure / 0.8).clamp_min(0))


def fit(x: Tensor, like: Tensor) -> Tensor:
    """x (B, C, h, w) at the height and width of `like`."""
    if x.shape[-2:] == like.shape[-2:]:
        return x
    return F.interpolate(x, size=like.shape[-2:], mode="bilinear", align_corners=False)


@dataclass(frozen=True)
class Suggestion:
    """A colour that would be plausible at a place, and the share of the network's belief that stands behind it."""

    rgb: tuple[int, int, int]
    ab: tuple[float, float]
    share: float


def clusters(probability: Tensor, k: int) -> list[tuple[tuple[float, float], float]]:
    """The `k` colours that best stand for a distribution over the bins (313,), most likely first, with their shares.

    Weighted k-means on the bin centres; deterministic (Zhang et al. 2017 draw samples instead). Fewer than `k` where
    fewer bins have any share.
    """
    weight = torch.where(probability < 1e-6, 0.0, probability.double()).cpu()
    means, shares = bins.weighted_means(bins.centres(), weight / weight.sum(), min(k, int((weight > 0).sum())))
    order = shares.argsort(descending=True)
    return [((float(means[i, 0]), float(means[i, 1])), float(shares[i])) for i in order if shares[i] > 0]
