"""Iizuka, Simo-Serra, Ishikawa 2016, "Let there be Color!": local and global features, fused.

Low-level features are shared by two branches: one at the size of the photo, one at 224 x 224 that ends in a vector
which is joined to every place, and from which a classifier learns what the scene is. Written from the paper (the
released code and weights are for non-commercial use only and are not used here). Batch normalization as in training.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from colorizer.networks.network import Network, Prediction

GLOBAL_SIDE = 224
SCENES = 205
"""Classes of the joint classification: the Places categories of the paper."""

AB_RANGE = 100.0
"""The last sigmoid spans ab from minus to plus this."""


def _conv(inputs: int, outputs: int, stride: int = 1) -> list[nn.Module]:
    return [nn.Conv2d(inputs, outputs, 3, stride, padding=1), nn.BatchNorm2d(outputs), nn.ReLU()]


def _dense(inputs: int, outputs: int) -> list[nn.Module]:
    return [nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs), nn.ReLU()]


def _grow() -> nn.Module:
    return nn.Upsample(scale_factor=2, mode="nearest")


class Iizuka16(Network):
    """L to ab at half the size; `scene` reads what `describe` gives (the classifier of the joint loss)."""

    def __init__(self) -> None:
        super().__init__()
        widths = ((1, 64, 2), (64, 128, 1), (128, 128, 2), (128, 256, 1), (256, 256, 2), (256, 512, 1))
        self.low = nn.Sequential(*(layer for args in widths for layer in _conv(*args)))
        self.mid = nn.Sequential(*_conv(512, 512), *_conv(512, 256))
        self.wide = nn.Sequential(*_conv(512, 512, 2), *_conv(512, 512), *_conv(512, 512, 2), *_conv(512, 512))
        self.vector = nn.Sequential(nn.Flatten(), *_dense(7 * 7 * 512, 1024), *_dense(1024, 512))
        self.narrow = nn.Sequential(*_dense(512, 256))
        self.fuse = nn.Sequential(nn.Conv2d(512, 256, 1), nn.BatchNorm2d(256), nn.ReLU())
        self.colour = nn.Sequential(
            *_conv(256, 128),
            _grow(),
            *_conv(128, 64),
            *_conv(64, 64),
            _grow(),
            *_conv(64, 32),
            nn.Conv2d(32, 2, 3, padding=1),
            nn.Sigmoid(),
        )
        self.scene = nn.Sequential(*_dense(512, 256), nn.Linear(256, SCENES))

    def describe(self, L: Tensor) -> Tensor:
        """The 512 numbers that stand for the whole picture, from L (B, 1, H, W) in 0..100."""
        small = F.interpolate(L, size=(GLOBAL_SIDE, GLOBAL_SIDE), mode="bilinear", align_corners=False)
        vector: Tensor = self.vector(self.wide(self.low(small / 100)))
        return vector

    def colours(self, L: Tensor, vector: Tensor) -> Tensor:
        """ab (B, 2, ceil(H / 2), ceil(W / 2)) from L and what `describe` gave for it."""
        height, width = L.shape[-2:]
        padded = F.pad(L, (0, -width % 8, 0, -height % 8), mode="replicate")
        local = self.mid(self.low(padded / 100))
        overall = self.narrow(vector)[..., None, None].expand(-1, -1, *local.shape[-2:])
        ab: Tensor = self.colour(self.fuse(torch.cat([local, overall], dim=1)))
        return (ab[..., : -(-height // 2), : -(-width // 2)] * 2 - 1) * AB_RANGE

    def classify(self, L: Tensor) -> Tensor:
        """Scene logits (B, 205)."""
        logits: Tensor = self.scene(self.describe(L))
        return logits

    def forward(self, L: Tensor, hint: Tensor | None = None) -> Prediction:
        """See `Network`."""
        return Prediction(None, self.colours(L, self.describe(L)))
