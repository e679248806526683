"""The 313 in-gamut ab bins of Zhang et al. 2016: centres, soft encoding, rebalancing, annealed mean.

The gamut is a staircase on the 10-unit ab grid: for each a one gapless run of b. The runs below are those of the
published table; the prior over the bins is the published one, measured on ImageNet (tables/prior_probs_313.csv).
Other sets of bins are made from these (`hull`, `clusters`); whatever takes a `table` takes any of them.
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources

import torch
from torch import Tensor
from torch.nn import functional as F

from colorizer.errors import InputError
from colorizer.gamut import RUNS

GRID = 10
"""Distance between neighbouring bins, in ab units."""

COUNT = 313
"""Number of bins."""

AB_SCALE = 110.0
"""Networks take and give ab / 110."""

CONDITION = COUNT + 3
"""Length of a global condition: a histogram over the 313 bins and a 1, the mean HSV saturation and a 1."""


@cache
@torch.inference_mode(False)  # what is kept must be fit for training too
def centres() -> Tensor:
    """The bin centres, float32 (313, 2): a ascending, then b ascending."""
    return torch.tensor(
        [
            (a, b)
            for a, (first, last) in zip(range(-90, 101, GRID), RUNS, strict=True)
            for b in range(first, last + 1, GRID)
        ],
        dtype=torch.float32,
    )


@cache
@torch.inference_mode(False)
def prior() -> Tensor:
    """The published share of each bin among ImageNet's pixels, float32 (313,), sum 1."""
    text = resources.files("colorizer").joinpath("tables/prior_probs_313.csv").read_text()
    rows = [line.split(",")[-1] for line in text.splitlines() if line and line[0].isdigit()]
    return torch.tensor([float(value) for value in rows])


@dataclass(frozen=True, eq=False)
class Table:
    """Bins for a distribution over colours: centres (bins, 2) in ab units and the share of pixels of each (bins,)."""

    centres: Tensor
    prior: Tensor


@cache
@torch.inference_mode(False)
def hull(step: int = GRID) -> Table:
    """Bins on a grid of `step` ab units, a multiple of 10, inside the published gamut: 313 at 10, 78 at 20.

    Their prior is the published one, each of the 313 bins given to the nearest one here, or shared among equally near.
    Raises InputError for another step.
    """
    if step % GRID or step <= 0:
        raise InputError(f"bins can be {GRID}, {2 * GRID}, {3 * GRID}, ... ab units apart, not {step}")
    kept = centres()[(centres() % step == 0).all(dim=1)]
    distance = torch.cdist(centres().double(), kept.double())
    nearest = (distance <= distance.amin(dim=1, keepdim=True) + 1e-6).float()
    return Table(kept, prior() @ (nearest / nearest.sum(dim=1, keepdim=True)))


@cache
@torch.inference_mode(False)
def clusters(count: int = 32) -> Table:
    """`count` bins that stand best for the 313 ones under their prior: many near grey, few in vivid colours."""
    return Table(*weighted_means(centres(), prior(), count))


def weighted_means(points: Tensor, weight: Tensor, count: int, *, rounds: int = 50) -> tuple[Tensor, Tensor]:
    """Weighted k-means of points (N, C) with weights (N,): means (count, C) and the weight of each (count,).

    Deterministic: starts from the heaviest point, then from the point that adds most to the error.
    """
    points, weight = points.double(), weight.double()
    chosen = [int(weight.argmax())]
    while len(chosen) < count:
        chosen.append(int((weight * torch.cdist(points, points[chosen]).amin(dim=1) ** 2).argmax()))
    means = points[chosen]
    for _ in range(rounds):
        member = F.one_hot(torch.cdist(points, means).argmin(dim=1), count).double() * weight[:, None]
        mass = member.sum(dim=0)
        means = torch.where(mass[:, None] > 0, member.T @ points / mass[:, None].clamp_min(1e-12), means)
    return means.float(), mass.float()


def rebalancing_weights(p: Tensor, *, gamma: float = 0.5, alpha: float = 1.0) -> Tensor:
    """Class weights (bins,) for the prior `p` (bins,), scaled so that their expectation under `p` is 1.

    gamma mixes the uniform distribution into the prior (1: uniform only); alpha is the power (0: no rebalancing).
    Zhang et al. 2016, section 2.2, with their published values as defaults.
    """
    weights = ((1 - gamma) * p + gamma / len(p)) ** -alpha
    return weights / (p * weights).sum()


def soft_encode(ab: Tensor, *, k: int = 5, sigma: float = 5.0, table: Table | None = None) -> tuple[Tensor, Tensor]:
    """The `k` nearest bins of each colour and their Gaussian weights.

    ab: (N, 2). Returns indices (N, k), nearest first, and weights (N, k) whose rows sum to 1. The paper has k = 5,
    its released training layer k = 10; sigma is in ab units.
    """
    distance, index = torch.cdist(ab, (table or hull()).centres.to(ab)).topk(k, largest=False)
    # The nearest distance is subtracted first: far outside the gamut every weight would underflow to 0.
    weight = torch.exp((distance[:, :1] ** 2 - distance**2) / (2 * sigma**2))
    return index, weight / weight.sum(dim=1, keepdim=True)


@cache
@torch.inference_mode(False)
def soft_table(k: int = 5, sigma: float = 5.0, table: Table | None = None) -> tuple[Tensor, Tensor]:
    """`soft_encode` for each integer colour: indices and weights (221 * 221, k), row (a + 110) * 221 + (b + 110).

    Computing distances for each pixel of each batch costs more than the network's decoder.
    """
    axis = torch.arange(-110.0, 111.0)
    grid = torch.stack(torch.meshgrid(axis, axis, indexing="ij"), dim=-1).reshape(-1, 2)
    return soft_encode(grid, k=k, sigma=sigma, table=table)


def encode_pixels(ab: Tensor, *, k: int = 5, sigma: float = 5.0, table: Table | None = None) -> tuple[Tensor, Tensor]:
    """`soft_encode` by table, for ab (B, 2, H, W) rounded to whole units: indices and weights (B, H, W, k)."""
    index, weight = (values.to(ab.device) for values in soft_table(k, sigma, table))
    a, b = (ab.round().clamp(-110, 110).long() + 110).unbind(dim=1)
    row = a * 221 + b
    return index[row], weight[row]


def global_condition(ab: Tensor | None, saturation: float | None) -> Tensor:
    """What is given of a picture as a whole, (316,): soft histogram of its ab (2, H, W), mean HSV saturation in 0..1.

    A 1 behind each part says that it is given; all is 0 where it is not. ab is averaged over 4 x 4 pixels first
    (Zhang et al. 2017, section 3.3).
    """
    condition = torch.zeros(CONDITION)
    if ab is not None:
        condition[:COUNT], condition[COUNT] = histograms(ab[None])[0], 1
    if saturation is not None:
        condition[COUNT + 1 :] = torch.tensor([saturation, 1.0])
    return condition


def histograms(ab: Tensor) -> Tensor:
    """The soft histogram of each picture over the bins, (B, 313), each of sum 1, from ab (B, 2, H, W)."""
    index, weight = encode_pixels(F.avg_pool2d(ab, [min(4, side) for side in ab.shape[2:]]))
    counted = torch.zeros(len(ab), COUNT, device=ab.device)
    counted.scatter_add_(1, index.flatten(1), weight.flatten(1))
    return counted / counted.sum(dim=1, keepdim=True)


def softmax(logits: Tensor) -> Tensor:
    """Logits (B, bins, H, W) to probabilities. In memory the bins of a place lie side by side: faster by a factor."""
    return logits.movedim(1, -1).softmax(dim=-1).movedim(-1, 1)


def annealed_mean(logits: Tensor, temperature: float = 0.38, table: Table | None = None) -> Tensor:
    """Colours (B, 2, H, W) from logits (B, bins, H, W): the mean of the distribution sharpened by 1 / temperature.

    Temperature 1 is the plain mean, towards 0 the most likely bin. Zhang et al. 2016, equation 5.
    """
    probabilities = softmax(logits / temperature)
    return torch.einsum("bqhw,qc->bchw", probabilities, (table or hull()).centres.to(logits))
