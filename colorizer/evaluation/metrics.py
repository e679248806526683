"""What one coloured picture is worth beside the true one. Pictures are uint8 sRGB (height, width, 3) of one shape."""

import math

import numpy as np
import torch
from skimage.metrics import structural_similarity
from torch import Tensor

from colorizer import bins
from colorizer.errors import InputError
from colorizer.lab import rgb_to_lab
from colorizer.pixels import Pixels

AUC_TO = 150
"""Largest ab distance of the cumulative curve whose area is AuC (Zhang et al. 2016, section 3.1)."""


def psnr(result: Pixels, truth: Pixels) -> float:
    """Peak signal-to-noise ratio in dB over RGB.

    The mean squared error counts as 1/12 at least, what rounding to 8 bits costs: so a photograph without colour has
    58.9 dB in grey, and does not outweigh all others with infinity.
    """
    error = np.mean((result.astype(np.float32) - truth.astype(np.float32)) ** 2)
    return 20 * math.log10(255) - 10 * math.log10(max(float(error), 1 / 12))


def ssim(result: Pixels, truth: Pixels) -> float:
    """Structural similarity, -1..1, mean over R, G and B, with the weights of Wang et al. 2004 (Gaussian, sigma 1.5).

    Raises InputError for pictures of fewer than 11 pixels a side.
    """
    if min(truth.shape[:2]) < 11:
        raise InputError(f"SSIM needs 11 pixels a side, this picture has {truth.shape[1]} x {truth.shape[0]}")
    return float(
        structural_similarity(
            truth,
            result,
            channel_axis=2,
            data_range=255,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
        )
    )


def colourfulness(pixels: Pixels, *, absolute: bool = False) -> float:
    """Colourfulness after Hasler and Suesstrunk 2003; 0 for grey.

    absolute: take absolute opponent values before mean and deviation, as the evaluation of DDColor does. Its figures
    are lower and compare with that paper and those that follow it, the signed ones with the original.
    """
    r, g, b = pixels.astype(np.float32).transpose(2, 0, 1)
    rg, yb = r - g, (r + g) / 2 - b
    if absolute:
        rg, yb = np.abs(rg), np.abs(yb)
    return math.hypot(rg.std(), yb.std()) + 0.3 * math.hypot(rg.mean(), yb.mean())


def chroma(pixels: Pixels) -> Tensor:
    """The ab (2, height, width) of a picture."""
    return rgb_to_lab(torch.from_numpy(pixels.copy()).permute(2, 0, 1) / 255)[1:]


def area(distance: Tensor) -> Tensor:
    """What a pixel at each ab distance adds to the area under the cumulative curve, 0..1, same shape.

    The curve is the share of pixels within t of the truth, for t = 0, 1, ..., 150; its area by the trapezoidal rule,
    divided by 150. A pixel is within t from ceil(distance) on, so that its part of the area is known at once.
    """
    first = distance.ceil()
    inside = AUC_TO - first + 0.5
    return torch.where(first == 0, float(AUC_TO), inside.clamp_min(0)) / AUC_TO


def rarity(ab: Tensor) -> Tensor:
    """1 / prior of the nearest of the 313 bins for each pixel of ab (2, height, width), (height, width).

    The weights of the rebalanced AuC: Zhang et al. 2016, section 3.1, equation 4 with lambda 0.
    """
    nearest = bins.encode_pixels(ab[None], k=1)[0][0, ..., 0]
    return 1 / bins.prior()[nearest]


class Truth:
    """A true photograph, with what is computed of it once however many results are held against it."""

    def __init__(self, pixels: Pixels) -> None:
        self.pixels = pixels
        self._ab = chroma(pixels)
        self._rarity = rarity(self._ab)
        self._colourfulness = colourfulness(pixels)
        self._absolute = colourfulness(pixels, absolute=True)

    def compare(self, result: Pixels) -> dict[str, float]:
        """The numbers of one result. `auc_rebalanced` is to be divided by `rarity`, after summing over photographs."""
        distance = (chroma(result) - self._ab).norm(dim=0)
        signed, absolute = colourfulness(result), colourfulness(result, absolute=True)
        return {
            "psnr": psnr(result, self.pixels),
            "ssim": ssim(result, self.pixels),
            "auc": 100 * float(area(distance).mean()),
            "auc_rebalanced": 100 * float((area(distance) * self._rarity).mean()),
            "rarity": float(self._rarity.mean()),
            "ab_error": float(distance.mean()),
            "colourfulness": signed,
            "colourfulness_difference": signed - self._colourfulness,
            "colourfulness_absolute": absolute,
            "colourfulness_absolute_difference": absolute - self._absolute,
        }
