"""Where a colouring errs: by scale, and inside things that are of one colour in truth."""

import numpy as np
import numpy.typing as npt
import torch
from skimage.segmentation import felzenszwalb
from torch import Tensor
from torch.nn import functional as F

from colorizer.evaluation.metrics import chroma
from colorizer.pixels import Pixels

SCALES = ("photo", "4 x 4", "16 x 16", "finer")
"""The parts of the squared ab error: of the photo's mean; of the means of 4 x 4 cells, less that; and so on."""

SMALLEST, PLAIN, PATCHY = 0.015, 6.0, 8.0
"""A plain region: its least share of the photo, and what its true ab may deviate. Above PATCHY a result is patchy."""


def error_by_scale(ab: Tensor, truth: Tensor) -> list[float]:
    """The mean squared ab error of (2, H, W) against (2, H, W) by SCALES; the parts add up to the whole."""
    difference = ab - truth
    means = [F.adaptive_avg_pool2d(difference[None], cells) for cells in (1, 4, 16)]
    powers = [float(mean.square().sum(dim=1).mean()) for mean in means]
    powers.append(float(difference.square().sum(dim=0).mean()))
    return [high - low for low, high in zip([0.0, *powers[:-1]], powers, strict=True)]


def plain_regions(pixels: Pixels) -> list[npt.NDArray[np.bool_]]:
    """Masks (H, W) of the regions of a true photograph, uint8 (H, W, 3), that are of one colour.

    Regions are those of Felzenszwalb and Huttenlocher 2004 with at least SMALLEST of the area, whose true ab deviates
    by less than PLAIN.
    """
    labels = felzenszwalb(pixels, scale=100, sigma=0.8, min_size=20)
    ab = chroma(pixels)
    found = [labels == label for label in range(int(labels.max()) + 1)]
    return [mask for mask in found if mask.mean() >= SMALLEST and deviation(ab, mask) < PLAIN]


def deviation(ab: Tensor, mask: npt.NDArray[np.bool_]) -> float:
    """The standard deviation of ab (2, H, W) inside a mask (H, W): root of the mean squared distance from the mean."""
    inside = ab[:, torch.from_numpy(mask)]
    return float(inside.var(dim=1, unbiased=False).sum().sqrt())


def dispersion(ab: Tensor, regions: list[npt.NDArray[np.bool_]]) -> tuple[float, float, float]:
    """Area of the regions as a share of the photo; that times their mean deviation; the area that is patchy."""
    areas = [float(mask.mean()) for mask in regions]
    deviations = [deviation(ab, mask) for mask in regions]
    patchy = sum(area for area, value in zip(areas, deviations, strict=True) if value > PATCHY)
    return sum(areas), sum(a * d for a, d in zip(areas, deviations, strict=True)), patchy
