"""Zhang et al. 2017, "Real-Time User-Guided Image Colorization with Learned Deep Priors": the local hints network.

The blocks of 2016 with subsampling instead of strides, short cuts from the way down, a regression of ab at full size
and a distribution over the full 23 x 23 grid of ab bins. Parameter names are those of the released PyTorch weights.

What the mask means differs between the published weights: those converted from Caffe take 0 and 1, those trained again
in PyTorch take -0.5 and 0.5. `mask_centre` is subtracted from the mask and belongs to the record of the weights.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from colorizer.bins import AB_SCALE
from colorizer.networks.network import Network, Prediction
from colorizer.networks.zhang import block

GRID_BINS = 529
"""Bins of the distribution head: index (a + 110) / 10 * 23 + (b + 110) / 10."""


class Siggraph17(Network):
    """L and hints to logits over the 529 grid bins at a quarter of the size, and to ab at full size."""

    guidance = "hint"
    """What `features` takes beside L: a field of `colorizer.training.objective.Batch`."""

    def __init__(self, mask_centre: float = 0.0, *, inputs: int = 4) -> None:
        super().__init__()
        self.mask_centre = mask_centre
        self.model1 = block(inputs, 64, 2)
        self.model2 = block(64, 128, 2)
        self.model3 = block(128, 256, 3)
        self.model4 = block(256, 512, 3)
        self.model5 = block(512, 512, 3, dilation=2)
        self.model6 = block(512, 512, 3, dilation=2)
        self.model7 = block(512, 512, 3)
        self.model8up = nn.Sequential(nn.ConvTranspose2d(512, 256, 4, 2, 1))
        self.model3short8 = nn.Sequential(nn.Conv2d(256, 256, 3, padding=1))
        self.model8 = nn.Sequential(
            nn.ReLU(),
            nn.Conv2d(256, 256, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(256, 256, 3, padding=1),
            nn.ReLU(),
            nn.BatchNorm2d(256),
        )
        self.model9up = nn.Sequential(nn.ConvTranspose2d(256, 128, 4, 2, 1))
        self.model2short9 = nn.Sequential(nn.Conv2d(128, 128, 3, padding=1))
        self.model9 = nn.Sequential(nn.ReLU(), nn.Conv2d(128, 128, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(128))
        self.model10up = nn.Sequential(nn.ConvTranspose2d(128, 128, 4, 2, 1))
        self.model1short10 = nn.Sequential(nn.Conv2d(64, 128, 3, padding=1))
        self.model10 = nn.Sequential(nn.ReLU(), nn.Conv2d(128, 128, 3, padding=1), nn.LeakyReLU(0.2))
        self.model_class = nn.Sequential(nn.Conv2d(256, GRID_BINS, 1))
        self.model_out = nn.Sequential(nn.Conv2d(128, 2, 1), nn.Tanh())

    def features(self, L: Tensor, hint: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """What the two heads read, from L (B, 1, H, W) and hints (B, 3, H, W).

        conv8 (B, 256, H/4, W/4) for `distribution` and conv10 (B, 128, H, W) for `colours`, with H and W rounded up to
        multiples of 8.
        """
        if hint is None:
            hint = L.new_zeros(len(L), 3, *L.shape[2:])
        return self.blocks(torch.cat([(L - 50) / 100, hint[:, :2], hint[:, 2:] - self.mask_centre], dim=1))

    def blocks(self, x: Tensor, added: Tensor | float = 0.0) -> tuple[Tensor, Tensor]:
        """`features` from the input channels; `added` joins the output of the fourth block (global hints)."""
        x = F.pad(x, (0, -x.shape[3] % 8, 0, -x.shape[2] % 8), mode="replicate")
        conv1 = self.model1(x)
        conv2 = self.model2(conv1[:, :, ::2, ::2])
        conv3 = self.model3(conv2[:, :, ::2, ::2])
        conv4 = self.model4(conv3[:, :, ::2, ::2]) + added
        deep = self.model7(self.model6(self.model5(conv4)))
        conv8 = self.model8(self.model8up(deep) + self.model3short8(conv3))
        conv9 = self.model9(self.model9up(conv8) + self.model2short9(conv2))
        return conv8, self.model10(self.model10up(conv9) + self.model1short10(conv1))

    def distribution(self, conv8: Tensor, height: int, width: int) -> Tensor:
        """Logits (B, 529, ceil(H / 4), ceil(W / 4)) for a picture of that size."""
        logits: Tensor = self.model_class(conv8)[..., : -(-height // 4), : -(-width // 4)]
        return logits

    def colours(self, conv10: Tensor, height: int, width: int) -> Tensor:
        """ab (B, 2, H, W)."""
        ab: Tensor = self.model_out(conv10)[..., :height, :width] * AB_SCALE
        return ab

    def forward(self, L: Tensor, hint: Tensor | None = None) -> Prediction:
        """See `Network`."""
        conv8, conv10 = self.features(L, hint)
        return Prediction(self.distribution(conv8, *L.shape[2:]), self.colours(conv10, *L.shape[2:]))
