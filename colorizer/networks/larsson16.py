"""Larsson, Maire, Shakhnarovich 2016, "Learning Representations for Automatic Colorization".

A VGG-16 on the grey picture, with fc6 and fc7 as convolutions; at each place the activations of all its layers form a
hypercolumn, from which a small head predicts a histogram of 32 hues and one of 32 chromas. In training the
hypercolumns are made only at a few random places of a picture (`at`), which is what makes them affordable.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from colorizer.networks.network import Network, Prediction

BINS = 32
STRIDE = 4
"""Whole pictures are answered at a quarter of their size."""

MEAN_GREY = 0.4488
MOST_CHROMA = 110.0
_VGG = ((1, 64, 2), (64, 128, 2), (128, 256, 3), (256, 512, 3), (512, 512, 3))
_FC = 4096


class Larsson16(Network):
    """L to hue and chroma histograms, and from them ab."""

    def __init__(self, width: int = _FC) -> None:
        """width: channels of fc6 and fc7."""
        super().__init__()
        self.convolutions = nn.ModuleList()
        for inputs, outputs, count in _VGG:
            for i in range(count):
                self.convolutions.append(_layer(inputs if i == 0 else outputs, outputs, 3))
        self.fc6 = _layer(512, width, 7)
        self.fc7 = _layer(width, width, 1)
        self.hypercolumn = 1 + sum(outputs * count for _, outputs, count in _VGG) + 2 * width
        self.hidden = nn.Sequential(nn.Linear(self.hypercolumn, 1024), nn.ReLU(), nn.Dropout(0.5))
        self.hue = nn.Linear(1024, BINS)
        self.chroma = nn.Linear(1024, BINS)

    def maps(self, L: Tensor) -> list[Tensor]:
        """The picture and the activations of all 15 layers, from L (B, 1, H, W) in 0..100."""
        x = L / 100 - MEAN_GREY
        found, layers = [x], iter(self.convolutions)
        for number, (_, _, count) in enumerate(_VGG):
            x = F.max_pool2d(x, 2, ceil_mode=True) if number else x
            for _ in range(count):
                x = next(layers)(x)
                found.append(x)
        x = self.fc6(F.max_pool2d(x, 2, ceil_mode=True))
        found += [x, self.fc7(F.dropout(x, 0.5, self.training))]
        return found

    def at(self, maps: list[Tensor], places: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (B, N, 32) of hue and of chroma at places (B, N, 2), x and y in -1..1 from border to border."""
        grid = places.unsqueeze(2)
        columns = [
            F.grid_sample(x, grid.to(x), mode="bilinear", padding_mode="border", align_corners=False) for x in maps
        ]
        hidden = self.hidden(torch.cat(columns, dim=1).squeeze(-1).transpose(1, 2))
        return self.hue(hidden), self.chroma(hidden)

    def forward(self, L: Tensor, hint: Tensor | None = None) -> Prediction:
        """No distribution over ab bins; ab (B, 2, ceil(H / 4), ceil(W / 4)), a row of places at a time."""
        maps = self.maps(L)
        height, width = L.shape[-2:]
        rows, columns = -(-height // STRIDE), -(-width // STRIDE)
        x = (torch.arange(columns, device=L.device) * STRIDE + STRIDE / 2).clamp(max=width) / width * 2 - 1
        lines = []
        for row in range(rows):
            y = min(row * STRIDE + STRIDE / 2, height) / height * 2 - 1
            places = torch.stack([x, torch.full_like(x, y)], dim=-1).expand(len(L), -1, -1)
            lines.append(decode(*self.at(maps, places)))
        return Prediction(None, torch.stack(lines, dim=1).permute(0, 3, 1, 2).to(L))


def decode(hue: Tensor, chroma: Tensor) -> Tensor:
    """Logits (..., 32) of hue and chroma to ab (..., 2): expected chroma, circular mean of the hue.

    Chromatic fading: where the hues disagree, the length of their mean vector takes chroma away.
    """
    angle = (torch.arange(BINS, device=hue.device) + 0.5) * (2 * math.pi / BINS)
    level = (torch.arange(BINS, device=hue.device) + 0.5) * (MOST_CHROMA / BINS)
    vector = hue.softmax(-1).to(angle) @ torch.stack([angle.cos(), angle.sin()], dim=-1)
    expected = chroma.softmax(-1).to(level) @ level
    length = vector.norm(dim=-1, keepdim=True).clamp_min(1e-6)
    fading = (length / 0.03).clamp(max=1)
    ab: Tensor = vector / length * expected.unsqueeze(-1) * fading
    return ab


def _layer(inputs: int, outputs: int, kernel: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()
    )
