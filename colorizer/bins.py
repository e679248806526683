"""The 313 in-gamut ab bins of Zhang et al. 2016: centres, soft encoding, rebalancing, annealed mean.

The gamut is a staircase on the 10-unit ab grid: for each a one gapless run of b. The runs below are those of the
published table; the prior over the bins is the published one, measured on ImageNet (tables/prior_probs_313.csv).
"""

from functools import cache
from importlib import resources

import torch
from torch import Tensor
from torch.nn import functional as F

GRID = 10
"""Distance between neighbouring bins, in ab units."""

COUNT = 313
"""Number of bins."""

AB_SCALE = 110.0
"""Networks take and give ab / 110."""

CONDITION = COUNT + 3
"""Length of a global condition: a histogram over the 313 bins and a 1, the mean HSV saturation and a 1."""

# b of the first and of the last bin for a = -90, -80, ..., 100.
_RUNS = (
    (50, 90), (20, 90), (0, 90), (-20, 90), (-30, 100), (-40, 100), (-50, 100), (-50, 100), (-60, 100), (-70, 100),
    (-80, 90), (-80, 90), (-90, 90), (-100, 90), (-100, 80), (-110, 80), (-110, 80), (-110, 70), (-110, 70), (-90, 0),
)  # fmt: skip


@cache
def centres() -> Tensor:
    """The bin centres, float32 (313, 2): a ascending, then b ascending."""
    return torch.tensor(
        [
            (a, b)
            for a, (first, last) in zip(range(-90, 101, GRID), _RUNS, strict=True)
            for b in range(first, last + 1, GRID)
        ],
        dtype=torch.float32,
    )


@cache
def prior() -> Tensor:
    """The published share of each bin among ImageNet's pixels, float32 (313,), sum 1."""
    text = resources.files("colorizer").joinpath("tables/prior_probs_313.csv").read_text()
    rows = [line.split(",")[-1] for line in text.splitlines() if line and line[0].isdigit()]
    return torch.tensor([float(value) for value in rows])


def rebalancing_weights(p: Tensor, *, gamma: float = 0.5, alpha: float = 1.0) -> Tensor:
    """Class weights (bins,) for the prior `p` (bins,), scaled so that their expectation under `p` is 1.

    gamma mixes the uniform distribution into the prior (1: uniform only); alpha is the power (0: no rebalancing).
    Zhang et al. 2016, section 2.2, with their published values as defaults.
    """
    weights = ((1 - gamma) * p + gamma / len(p)) ** -alpha
    return weights / (p * weights).sum()


def soft_encode(ab: Tensor, *, k: int = 5, sigma: float = 5.0) -> tuple[Tensor, Tensor]:
    """The `k` nearest bins of each colour and their Gaussian weights.

    ab: (N, 2). Returns indices (N, k), nearest first, and weights (N, k) whose rows sum to 1. The paper has k = 5,
    its released training layer k = 10; sigma is in ab units.
    """
    distance, index = torch.cdist(ab, centres().to(ab)).topk(k, largest=False)
    # The nearest distance is subtracted first: far outside the gamut every weight would underflow to 0.
    weight = torch.exp((distance[:, :1] ** 2 - distance**2) / (2 * sigma**2))
    return index, weight / weight.sum(dim=1, keepdim=True)


@cache
def soft_table(k: int = 5, sigma: float = 5.0) -> tuple[Tensor, Tensor]:
    """`soft_encode` for each integer colour: indices and weights (221 * 221, k), row (a + 110) * 221 + (b + 110).

    Computing distances for each pixel of each batch costs more than the network's decoder.
    """
    axis = torch.arange(-110.0, 111.0)
    grid = torch.stack(torch.meshgrid(axis, axis, indexing="ij"), dim=-1).reshape(-1, 2)
    return soft_encode(grid, k=k, sigma=sigma)


def encode_pixels(ab: Tensor, *, k: int = 5, sigma: float = 5.0) -> tuple[Tensor, Tensor]:
    """`soft_encode` by table, for ab (B, 2, H, W) rounded to whole units: indices and weights (B, H, W, k)."""
    index, weight = (table.to(ab.device) for table in soft_table(k, sigma))
    a, b = (ab.round().clamp(-110, 110).long() + 110).unbind(dim=1)
    row = a * 221 + b
    return index[row], weight[row]


def global_condition(ab: Tensor | None, saturation: float | None) -> Tensor:
    """What is told of a picture as a whole, (316,): soft histogram of its ab (2, H, W), mean HSV saturation in 0..1.

    A 1 behind each part says that it is given; all is 0 where it is not. ab is averaged over 4 x 4 pixels first
    (Zhang et al. 2017, section 3.3).
    """
    told = torch.zeros(CONDITION)
    if ab is not None:
        index, weight = encode_pixels(F.avg_pool2d(ab[None], [min(4, side) for side in ab.shape[1:]]))
        told.scatter_add_(0, index.flatten(), weight.flatten() / weight.sum())
        told[313] = 1
    if saturation is not None:
        told[314:] = torch.tensor([saturation, 1.0])
    return told


def annealed_mean(logits: Tensor, temperature: float = 0.38) -> Tensor:
    """Colours (B, 2, H, W) from logits (B, 313, H, W): the mean of the distribution sharpened by 1 / temperature.

    Temperature 1 is the plain mean, towards 0 the most likely bin. Zhang et al. 2016, equation 5.
    """
    probabilities = torch.softmax(logits / temperature, dim=1)
    return torch.einsum("bqhw,qc->bchw", probabilities, centres().to(logits))
