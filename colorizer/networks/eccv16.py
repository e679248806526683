"""Zhang, Isola, Efros 2016, "Colorful Image Colorization": the network of the released PyTorch weights.

Blocks of convolutions with dilation instead of further halving, a distribution over the 313 ab bins at a quarter of the
size, and a 1x1 convolution `model_out` that the release uses as the mean over bins. Parameter names are those of the
release, so its weights load strictly; in it the annealing temperature is folded into the last convolution before the
softmax.
"""

from torch import Tensor, nn

from colorizer.bins import AB_SCALE
from colorizer.networks.network import Network, Prediction
from colorizer.networks.zhang import block

_BLOCKS = (
    # inputs, outputs, convolutions, stride of the last one, dilation
    (1, 64, 2, 2, 1),
    (64, 128, 2, 2, 1),
    (128, 256, 3, 2, 1),
    (256, 512, 3, 1, 1),
    (512, 512, 3, 1, 2),
    (512, 512, 3, 1, 2),
    (512, 512, 3, 1, 1),
)


class Eccv16(Network):
    """L to logits over 313 bins and to ab, both at a quarter of the size."""

    def __init__(self) -> None:
        super().__init__()
        for number, (inputs, outputs, count, stride, dilation) in enumerate(_BLOCKS, start=1):
            setattr(self, f"model{number}", block(inputs, outputs, count, stride=stride, dilation=dilation))
        layers: list[nn.Module] = [nn.ConvTranspose2d(512, 256, 4, 2, 1), nn.ReLU()]
        for _ in range(2):
            layers += [nn.Conv2d(256, 256, 3, padding=1), nn.ReLU()]
        self.model8 = nn.Sequential(*layers, nn.Conv2d(256, 313, 1))
        self.model_out = nn.Conv2d(313, 2, 1, bias=False)

    def logits(self, L: Tensor) -> Tensor:
        """L (B, 1, H, W) in 0..100 to logits (B, 313, ceil(H / 4), ceil(W / 4))."""
        x = (L - 50) / 100
        for number in range(1, 9):
            x = getattr(self, f"model{number}")(x)
        return x[..., : -(-L.shape[2] // 4), : -(-L.shape[3] // 4)]  # odd sizes come out a little too large

    def forward(self, L: Tensor, hint: Tensor | None = None) -> Prediction:
        """See `Network`."""
        logits = self.logits(L)
        return Prediction(logits, self.model_out(logits.softmax(dim=1)) * AB_SCALE)
