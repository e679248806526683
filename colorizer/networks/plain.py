"""One small network with exchangeable heads, to compare objectives, colour spaces and specialists on.

The encoder is that of `compact`, in training frozen as ImageNet left it; what learns is a plain decoder to a quarter of
the size and a single head. Trained at 96 pixels it sees more than a hundred pictures a second on one core.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from colorizer import bins
from colorizer.bins import AB_SCALE
from colorizer.networks.efficientnet_lite import CHANNELS, EfficientNetLite2
from colorizer.networks.network import Network, Prediction
from colorizer.spaces import SPACES, Space

_WIDTHS = (128, 96, 64)


class _Plain(Network):
    """The backbone: L to features (B, 64, H/4, W/4), and a head with so many outputs."""

    def __init__(self, outputs: int) -> None:
        super().__init__()
        w16, w8, w4 = _WIDTHS
        _, c4, c8, c16, c32 = CHANNELS
        self.encoder = EfficientNetLite2()
        self.sides = nn.ModuleList(nn.Conv2d(c, w, 1) for c, w in ((c32, w16), (c16, w16), (c8, w8), (c4, w4)))
        self.steps = nn.ModuleList(nn.Conv2d(a, b, 1) for a, b in ((w16, w16), (w16, w8), (w8, w4)))
        self.refine = nn.ModuleList(
            nn.Sequential(nn.Conv2d(w, w, 3, padding=1, bias=False), nn.BatchNorm2d(w), nn.ReLU()) for w in _WIDTHS
        )
        self.head = nn.Conv2d(w4, outputs, 1)

    def decode(self, features: list[Tensor], added: Tensor | float = 0.0) -> Tensor:
        """The encoder's maps at strides 4, 8, 16 and 32 to the output of the head at stride 4; `added` at stride 32."""
        x = self.sides[0](features[3]) + added
        for side, step, refine, wide in zip(self.sides[1:], self.steps, self.refine, features[2::-1], strict=True):
            grown = F.interpolate(step(x), size=wide.shape[-2:], mode="bilinear", align_corners=False)
            x = refine(grown + side(wide))
        output: Tensor = self.head(x)
        return output

    def encoded(self, L: Tensor) -> list[Tensor]:
        """L (B, 1, H, W) in 0..100, any size, to the encoder's maps at strides 4, 8, 16 and 32, rounded up."""
        grey = F.pad((L * 2.55 - 127) / 128, (0, -L.shape[3] % 32, 0, -L.shape[2] % 32), mode="replicate")
        maps: list[Tensor] = self.encoder(grey.expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last))
        return maps[1:]

    def output(self, L: Tensor, added: Tensor | float = 0.0) -> Tensor:
        """The output of the head, cut to a quarter of its size, rounded up."""
        return self.decode(self.encoded(L), added)[..., : -(-L.shape[2] // 4), : -(-L.shape[3] // 4)]


class _Bins(_Plain):
    """L to logits over `table` and to their annealed mean at `temperature`, both at a quarter of the size."""

    def __init__(self, table: bins.Table) -> None:
        super().__init__(len(table.prior))
        self.table = table
        self.temperature = 0.38

    def logits(self, L: Tensor) -> Tensor:
        """L (B, 1, H, W) in 0..100 to logits (B, bins, ceil(H / 4), ceil(W / 4))."""
        return self.output(L)

    def forward(self, L: Tensor, hint: Tensor | None = None) -> Prediction:
        """See `Network`."""
        logits = self.logits(L)
        return Prediction(logits, bins.annealed_mean(logits, self.temperature, self.table))


class Plain(_Bins):
    """With the 313 bins of the published gamut."""

    def __init__(self) -> None:
        super().__init__(bins.hull())


class PlainGroups(Plain):
    """The same, told what the photo shows: one of `GROUPS` groups, or nothing.

    told: Number of the group that is told where none is given, from 0; None for nothing.
    """

    GROUPS = 10

    def __init__(self) -> None:
        super().__init__()
        self.group = nn.Embedding(self.GROUPS + 1, _WIDTHS[0])  # the last one stands for nothing
        nn.init.zeros_(self.group.weight)
        self.told: int | None = None

    def logits(self, L: Tensor, group: Tensor | None = None) -> Tensor:
        """As of `Plain`; group: (B,) numbers of the groups, `GROUPS` for nothing."""
        if group is None:
            group = torch.full((len(L),), self.GROUPS if self.told is None else self.told, device=L.device)
        return self.output(L, self.group(group)[:, :, None, None])


class PlainGrid20(_Bins):
    """With the 78 bins of a grid twice as coarse."""

    def __init__(self) -> None:
        super().__init__(bins.hull(20))


class PlainClusters(_Bins):
    """With 32 bins that were clustered under the prior."""

    def __init__(self) -> None:
        super().__init__(bins.clusters(32))


class PlainRegression(_Plain):
    """Without bins: L to ab at a quarter of the size."""

    def __init__(self) -> None:
        super().__init__(2)

    def forward(self, L: Tensor, hint: Tensor | None = None) -> Prediction:
        """See `Network`."""
        return Prediction(None, self.output(L) * AB_SCALE)


class _PlainSpace(_Plain):
    """Without bins: L to chroma in another space."""

    space: Space

    def __init__(self) -> None:
        super().__init__(self.space.channels)

    def forward(self, L: Tensor, hint: Tensor | None = None) -> Prediction:
        """See `Network`."""
        chroma = self.output(L).float()
        small = F.interpolate(L.float(), size=chroma.shape[-2:], mode="area")
        return Prediction(None, self.space.decode(small, chroma))


class PlainYCbCr(_PlainSpace):
    """Chroma in YCbCr."""

    space = SPACES["ycbcr"]


class PlainOklab(_PlainSpace):
    """Chroma in Oklab."""

    space = SPACES["oklab"]


class PlainLCh(_PlainSpace):
    """Chroma and hue."""

    space = SPACES["lch"]
