"""From numbers of single photographs to figures of a set, with the doubt that belongs to them."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

RESAMPLES = 1000


@dataclass(frozen=True)
class Figure:
    """A figure and its 95 % confidence interval; low and high are None where there is none."""

    value: float
    low: float | None = None
    high: float | None = None


class Bootstrap:
    """Percentile intervals (Efron and Tibshirani 1993) over `count` photographs.

    The same resamples serve every figure, so that ratios of two of them stay paired.
    """

    def __init__(self, count: int, *, resamples: int = RESAMPLES, seed: int = 0) -> None:
        # How often each photograph is drawn in each resample: all that a mean needs to know of it.
        rng = np.random.default_rng(seed)
        self._drawn = rng.multinomial(count, np.full(count, 1 / count), size=resamples).astype(np.float64)

    def mean(self, values: Floats, weights: Floats | None = None) -> Figure:
        """sum(values) / sum(weights), weights 1 if not given; photographs whose value is NaN do not take part.

        NaN where no photograph takes part or the weights sum to 0.
        """
        known = ~np.isnan(values)
        above = np.where(known, values, 0.0)
        below = np.where(known, 1.0 if weights is None else weights, 0.0)
        if below.sum() == 0:
            return Figure(math.nan)
        top, bottom = self._drawn @ above, self._drawn @ below
        low, high = np.percentile(top[bottom != 0] / bottom[bottom != 0], [2.5, 97.5])
        return Figure(float(above.sum() / below.sum()), float(low), float(high))


def wilson(hits: int, trials: int) -> Figure:
    """A share in percent with its 95 % Wilson score interval (Wilson 1927); NaN without trials."""
    if trials == 0:
        return Figure(math.nan)
    from scipy.stats import binomtest  # a second, which a page without rates does without

    interval = binomtest(hits, trials).proportion_ci(method="wilson")
    return Figure(100 * hits / trials, float(100 * interval.low), float(100 * interval.high))


def frechet(a: npt.NDArray[np.float32], b: npt.NDArray[np.float32]) -> float:
    """Frechet distance between Gaussians fitted to two sets of features (n, d) and (m, d); n and m at least 2.

    |mean - mean|^2 + tr(A + B - 2 (A B)^(1/2)), Dowson and Landau 1982. With A = X'X and B = Y'Y the trace of the
    root is the sum of the singular values of X Y': stable also where a covariance has not full rank.
    """
    (mean_a, x), (mean_b, y) = _mean_and_factor(a), _mean_and_factor(b)
    root = np.linalg.svd(x @ y.T, compute_uv=False).sum()
    return max(0.0, float(((mean_a - mean_b) ** 2).sum() + (x**2).sum() + (y**2).sum() - 2 * root))


def _mean_and_factor(features: npt.NDArray[np.float32]) -> tuple[Floats, Floats]:
    """The mean (d,), and R (min(n, d), d) with R'R the covariance."""
    mean = features.mean(axis=0, dtype=np.float64)
    return mean, np.asarray(np.linalg.qr((features - mean) / math.sqrt(len(features) - 1), mode="r"))
