"""Larsson, Maire, Shakhnarovich 2016: histograms of hue and chroma around random places of a picture.

The true histograms are those of a 7x7 window. Hue counts 5 times, each place as much as it has chroma; chroma counts
once, less where it is so dark or so light that there is little of it (the lightness cone).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from colorizer.networks.larsson16 import BINS, MOST_CHROMA, Larsson16
from colorizer.training.numbers import Count, Weight
from colorizer.training.objective import Batch, Objective


@dataclass(frozen=True)
class HistogramsSettings:
    """Where histograms are taken, and weights.

    places: per picture, drawn anew at each step.
    window: side in pixels of the square around a place whose colours are counted.
    hue: weight of the divergence of hues.
    chroma: weight of the divergence of chroma.
    """

    places: Count
    window: Count
    hue: Weight
    chroma: Weight


class Histograms(Objective):
    """Kullback-Leibler divergence of both histograms at random places."""

    Settings = HistogramsSettings
    networks = (Larsson16,)

    def __init__(self, settings: HistogramsSettings) -> None:
        super().__init__()
        self.settings = settings

    def updates(self, network: Larsson16, batch: Batch, step: int) -> Iterator[dict[str, Tensor]]:
        """See `Objective`."""
        count, _, height, width = batch.ab.shape
        size = torch.tensor([width, height], device=batch.L.device)
        pixels = (torch.rand(count, self.settings.places, 2, device=batch.L.device) * size).long()  # x and y
        # In float32: in bfloat16 the gradient through the hypercolumns is now and then not finite on the CPU.
        hue, chroma = network.at(network.maps(batch.L), (pixels + 0.5) / size * 2 - 1)
        true_hue, true_chroma, amount, light = histograms(batch, pixels, self.settings.window)
        cone = 3 * torch.minimum(light, 1 - light).clamp(0, 1 / 3)
        yield {
            "hue": (divergence(hue.float(), true_hue) * amount).mean() * self.settings.hue,
            "chroma": (divergence(chroma.float(), true_chroma) * cone).mean() * self.settings.chroma,
        }


def divergence(logits: Tensor, truth: Tensor) -> Tensor:
    """Kullback-Leibler divergence (...,) of a distribution, as logits (..., bins), from the true one (..., bins)."""
    return F.kl_div(F.log_softmax(logits, dim=-1), truth, reduction="none").sum(dim=-1)


def histograms(batch: Batch, pixels: Tensor, window: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """What is true around each of `pixels` (B, N, 2), x and y.

    Histograms of hue and chroma (B, N, 32), the hues weighted by their chroma, so that grey says nothing about hue;
    chroma as a share of the most there is and L, both (B, N) in 0..1. Beyond the border its pixels are repeated.
    """
    height, width = batch.ab.shape[-2:]
    reach = torch.arange(window, device=pixels.device) - window // 2
    x = (pixels[..., 0, None, None] + reach).clamp(0, width - 1)
    y = (pixels[..., 1, None, None] + reach[:, None]).clamp(0, height - 1)
    row = torch.arange(len(pixels), device=pixels.device)[:, None, None, None]
    a, b = batch.ab[row, :, y, x].flatten(2, 3).unbind(dim=-1)
    chroma = torch.hypot(a, b)
    hue_bin = (torch.atan2(b, a).remainder(2 * math.pi) * BINS / (2 * math.pi)).long().clamp(0, BINS - 1)
    chroma_bin = (chroma * BINS / MOST_CHROMA).long().clamp(0, BINS - 1)
    empty = chroma.new_zeros(*chroma.shape[:2], BINS)
    hues = empty.scatter_add(2, hue_bin, chroma + 1e-6)
    levels = empty.scatter_add(2, chroma_bin, torch.ones_like(chroma))
    middle = window * window // 2
    light = batch.L[row[..., 0, 0], 0, pixels[..., 1], pixels[..., 0]] / 100
    return (
        hues / hues.sum(dim=2, keepdim=True),
        levels / levels.sum(dim=2, keepdim=True),
        (chroma[..., middle] / MOST_CHROMA).clamp(max=1),
        light,
    )
