"""Dahl 2016, "Automatic Colorization": a residual encoder on the first four blocks of a VGG-16 classifier.

From the deepest block upwards: normalize, bring to the next block's width, enlarge, add to the normalized block above,
convolve; at full size 64, 3 and 2 channels. The original predicts UV of YUV; here the two channels are ab, so that
everything after the network is shared. The classifier's weights are given by whoever trains; none ship here.
"""

from torch import Tensor, nn
from torch.nn import functional as F

from colorizer.networks.network import Network, Prediction

_VGG = ((3, 64, 2), (64, 128, 2), (128, 256, 3), (256, 512, 3))


class Dahl16(Network):
    """L to ab at full size."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(_vgg_block(*widths) for widths in _VGG)
        self.normalize = nn.ModuleList(nn.BatchNorm2d(width) for _, width, _ in _VGG)
        self.narrow = nn.ModuleList(nn.Conv2d(width, inputs, 1) for inputs, width, _ in _VGG[1:])
        self.refine = nn.ModuleList(_refine(inputs, inputs) for inputs, _, _ in _VGG[1:])
        self.to3 = _refine(64, 3)
        self.last = nn.Conv2d(3, 2, 3, padding=1)

    def forward(self, L: Tensor, hint: Tensor | None = None) -> Prediction:
        """See `Network`."""
        height, width = L.shape[-2:]
        grey = F.pad(L / 50 - 1, (0, -width % 8, 0, -height % 8), mode="replicate").expand(-1, 3, -1, -1)
        x, columns = grey, []
        for i, block in enumerate(self.blocks):
            x = block(x if i == 0 else F.max_pool2d(x, 2))
            columns.append(x)
        y = self.normalize[3](columns[3])
        for i in (2, 1, 0):
            y = F.interpolate(self.narrow[i](y), scale_factor=2, mode="bilinear", align_corners=False)
            y = self.refine[i](y + self.normalize[i](columns[i]))
        ab = self.last(self.to3(y) + grey).tanh() * 110
        return Prediction(None, ab[..., :height, :width])


def _vgg_block(inputs: int, outputs: int, count: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for _ in range(count):
        layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU()]
        inputs = outputs
    return nn.Sequential(*layers)


def _refine(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU())
