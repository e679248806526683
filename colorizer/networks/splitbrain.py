"""Zhang, Isola, Efros 2017, "Split-Brain Autoencoders: Unsupervised Learning by Cross-Channel Prediction".

An AlexNet split along its channels into two halves that never meet: one predicts the 313 ab bins from L, the other 100
bins of L from ab. What each learns on the way describes pictures; their features side by side are the representation
that `colorizer.training.probe` measures. Fully convolutional at stride 16 (180 pixels give 12 x 12): the last pooling
keeps the size, and fc6 and fc7 are convolutions. Here each convolution is followed by a batch normalization.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from colorizer import bins
from colorizer.networks.network import Network, Prediction

L_BINS = 100
"""Bins of L in the second half, one for each unit."""

STRIDE = 16


def _layer(inputs: int, outputs: int, kernel: int, stride: int = 1, dilation: int = 1) -> nn.Sequential:
    padding = dilation * (kernel - 1) // 2
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding, dilation, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU())


class Half(nn.Module):
    """Half of AlexNet's channels: some channels of Lab to a distribution over bins of the others."""

    def __init__(self, inputs: int, classes: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            [
                _layer(inputs, 48, 11, 4),
                _layer(48, 128, 5),
                _layer(128, 192, 3),
                _layer(192, 192, 3),
                _layer(192, 128, 3),
            ]
        )
        self.top = nn.Sequential(
            nn.MaxPool2d(3, 1, 1), _layer(128, 2048, 6, dilation=2), _layer(2048, 2048, 1), nn.Conv2d(2048, classes, 1)
        )

    def features(self, x: Tensor) -> list[Tensor]:
        """x (B, inputs, H, W), about -1..1, to the outputs of conv1 (at a quarter of the size) to conv5 (at 1/16)."""
        found = []
        for i, layer in enumerate(self.layers):
            x = layer(F.max_pool2d(x, 3, 2, 1) if i in (1, 2) else x)
            found.append(x)
        return found

    def forward(self, x: Tensor) -> Tensor:
        """Logits (B, classes, ceil(H / 16), ceil(W / 16))."""
        logits: Tensor = self.top(self.features(x)[-1])
        return logits


class CrossChannel(Network):
    """L to logits over the 313 bins and to their annealed mean, enlarged to a quarter of the size: one half alone."""

    def __init__(self) -> None:
        super().__init__()
        self.colour = Half(1, bins.COUNT)

    def layers(self, lab: Tensor) -> dict[str, Tensor]:
        """Features of Lab pictures (B, 3, H, W) by the name of their layer, for `colorizer.training.probe`."""
        found = self.colour.features(lab[:, :1] / 50 - 1)
        return {f"conv{number}": x for number, x in enumerate(found, start=1)}

    def forward(self, L: Tensor, hint: Tensor | None = None) -> Prediction:
        """See `Network`."""
        coarse = self.colour(L / 50 - 1)
        fine = F.interpolate(coarse, scale_factor=STRIDE // 4, mode="bilinear", align_corners=False)
        logits = fine[..., : -(-L.shape[2] // 4), : -(-L.shape[3] // 4)]
        return Prediction(logits, bins.annealed_mean(logits))


class SplitBrain(CrossChannel):
    """Both halves. As a colourizer it is the first one; `lightness` is the second."""

    def __init__(self) -> None:
        super().__init__()
        self.light = Half(2, L_BINS)

    def lightness(self, ab: Tensor) -> Tensor:
        """ab (B, 2, H, W) to logits (B, 100, ceil(H / 16), ceil(W / 16)) over bins of L."""
        logits: Tensor = self.light(ab / bins.AB_SCALE)
        return logits

    def layers(self, lab: Tensor) -> dict[str, Tensor]:
        """As of one half, with the features of both side by side."""
        others = self.light.features(lab[:, 1:] / bins.AB_SCALE)
        return {
            name: torch.cat([x, other], dim=1)
            for (name, x), other in zip(super().layers(lab).items(), others, strict=True)
        }
