"""Figures for a set of weights on colour photographs: fidelity and colourfulness for several decodings."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from colorizer.decoding import Decoding, decode
from colorizer.pipeline import Colorizer
from colorizer.training.photos import PhotoSet
from colorizer.upsample import join

Pixels = npt.NDArray[np.uint8]

FRONTIER = (
    Decoding(regression=1.0),
    Decoding(rebalancing=0.0, regression=0.0),
    Decoding(rebalancing=0.5, regression=0.0),
    Decoding(rebalancing=0.75, regression=0.0),
    Decoding(rebalancing=1.0, regression=0.0),
    Decoding(),
)
"""Decodings from faithful to colourful: no single figure tells both."""


@dataclass(frozen=True)
class Row:
    """Means over the photographs. gain: dB of PSNR over the grey photo; colourfulness after Hasler and Suesstrunk."""

    name: str
    gain: float
    colourfulness: float


def evaluate(
    colorizer: Colorizer, photos: PhotoSet, decodings: Sequence[Decoding] = FRONTIER
) -> Iterator[list[Row] | int]:
    """Measure each decoding on each photo; yields the number of photos done after each, and last the rows.

    The first two rows are the grey photo (whose gain is 0 by definition) and the truth.
    """
    sums = np.zeros((len(decodings) + 2, 2))
    for done, image in enumerate(photos, start=1):
        truth = np.asarray(image)
        L = colorizer.small_lightness(truth)
        grey = join(truth, torch.zeros(2, 2, 2))
        floor = psnr(grey, truth)
        sums[0] += (floor, colourfulness(grey))
        sums[1] += (0, colourfulness(truth))
        with torch.inference_mode():
            state = colorizer.network.encode(L[None].to(colorizer.device))
            prediction = colorizer.network.paint(state)
        for i, decoding in enumerate(decodings, start=2):
            result = join(
                truth, decode(prediction, decoding, trained_rebalancing=colorizer.trained_rebalancing)[0].cpu(), guide=L
            )
            sums[i] += (psnr(result, truth) - floor, colourfulness(result))
        yield done
    means = sums / len(photos)
    names = [_name(decoding) for decoding in decodings]
    rows = [Row("grey (PSNR itself)", *means[0]), Row("truth", math.inf, means[1, 1])]
    yield rows + [Row(name, *mean) for name, mean in zip(names, means[2:], strict=True)]


def _name(decoding: Decoding) -> str:
    if decoding.regression == 1:
        return "regression head"
    mixed = f", {decoding.regression:.0%} regression" if decoding.regression else ""
    return f"annealed mean T {decoding.temperature:g}, rebalancing {decoding.rebalancing:g}{mixed}"


def colourfulness(pixels: Pixels) -> float:
    """Colourfulness of uint8 (height, width, 3) after Hasler and Suesstrunk 2003, signed differences."""
    r, g, b = pixels.astype(np.float32).transpose(2, 0, 1)
    rg, yb = r - g, (r + g) / 2 - b
    return math.hypot(rg.std(), yb.std()) + 0.3 * math.hypot(rg.mean(), yb.mean())


def psnr(a: Pixels, b: Pixels) -> float:
    """Peak signal-to-noise ratio in dB of two uint8 pictures of one shape, over RGB."""
    error = np.mean((a.astype(np.float32) - b.astype(np.float32)) ** 2)
    return 20 * math.log10(255) - 10 * math.log10(max(float(error), 1e-10))
