"""Nazeri, Ng, Ebrahimi 2018, "Image Colorization using Generative Adversarial Networks".

The generator is a U-Net of 4x4 convolutions: one at full size and seven that halve (widths 64, 64, 128, 256, 512, 512,
512, 512; batch normalization, leaky ReLU 0.2), then seven transposed ones back up (batch normalization, ReLU, dropout
in the first three), each joined with the map of its size on the way down; a 1x1 convolution and tanh at the end. These
are the widths for 256 pixels. The original gives L, a and b; here L stays the photo's own and the network gives ab.

The discriminator judges patches of the picture, grey and colours together.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from colorizer.bins import AB_SCALE
from colorizer.networks.network import Network, Prediction

_DOWN = (64, 128, 256, 512, 512, 512, 512)
_UP = (512, 512, 512, 256, 128, 64, 64)
_WITH_DROPOUT = 3
_STRIDE = 2 ** len(_DOWN)


class Cgan18(Network):
    """L to ab at full size."""

    def __init__(self) -> None:
        super().__init__()
        first = [nn.ZeroPad2d((1, 2, 1, 2)), nn.Conv2d(1, 64, 4, bias=False), nn.BatchNorm2d(64), nn.LeakyReLU(0.2)]
        self.down = nn.ModuleList([nn.Sequential(*first)])
        widths = [64, *_DOWN]
        for inputs, outputs in zip(widths, _DOWN, strict=False):
            convolution = nn.Conv2d(inputs, outputs, 4, 2, 1, bias=False)
            self.down.append(nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2)))
        self.up = nn.ModuleList()
        inputs = widths.pop()
        for i, outputs in enumerate(_UP):
            grow = nn.ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=False)
            drop = [nn.Dropout(0.5)] if i < _WITH_DROPOUT else []
            self.up.append(nn.Sequential(grow, nn.BatchNorm2d(outputs), nn.ReLU(), *drop))
            inputs = outputs + widths.pop()
        self.last = nn.Conv2d(inputs, 2, 1)

    def forward(self, L: Tensor, hint: Tensor | None = None) -> Prediction:
        """See `Network`."""
        height, width = L.shape[-2:]
        x = F.pad(L / 50 - 1, (0, -width % _STRIDE, 0, -height % _STRIDE), mode="replicate")
        found = []
        for layer in self.down:
            x = layer(x)
            found.append(x)
        found.pop()
        for layer in self.up:
            x = torch.cat([found.pop(), layer(x)], dim=1)
        return Prediction(None, self.last(x).tanh()[..., :height, :width] * AB_SCALE)


class Discriminator(nn.Module):
    """Tells true colours from predicted ones, for each patch of 70 x 70 pixels."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Conv2d(3, 64, 4, 2, 1), nn.LeakyReLU(0.2)]
        for inputs, outputs, stride in ((64, 128, 2), (128, 256, 2), (256, 512, 1)):
            convolution = nn.Conv2d(inputs, outputs, 4, stride, 1, bias=False)
            layers += [convolution, nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers, nn.Conv2d(512, 1, 4, 1, 1))

    def forward(self, L: Tensor, ab: Tensor) -> Tensor:
        """L (B, 1, H, W) in 0..100 and ab (B, 2, H, W), at least 32 pixels a side, to logits (B, 1, h, w)."""
        logits: Tensor = self.layers(torch.cat([L / 50 - 1, ab / AB_SCALE], dim=1))
        return logits
