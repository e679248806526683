"""The project's own network: EfficientNet-Lite2 encoder, attention at stride 16, decoder to stride 4, two heads.

What both heads predict is averaged over places that belong together (`Affinity`), so that one thing has one colour.

Hints come last: they shift what was predicted, `spread.py` says how far. So a photo is encoded once and painted with
many sets of hints, and without hints nothing of that runs.
The global condition (histogram and saturation, Zhang et al. 2017) enters at stride 16.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from colorizer.bins import AB_SCALE, CONDITION, softmax
from colorizer.networks.efficientnet_lite import CHANNELS, EfficientNetLite2
from colorizer.networks.layers import Pointwise, constant, fold, without_autocast
from colorizer.networks.network import Network, Prediction
from colorizer.networks.packed import available, pack
from colorizer.networks.spread import MOST, Hints, Spread, joined, widely


class Encoded(NamedTuple):
    """A photo before hints.

    trunk: features (B, 128, h, w).
    L: (B, 1, h, w).
    logits: (B, 313, h, w), what is predicted without hints.
    ab: (B, 2, h, w), likewise.
    """

    trunk: Tensor
    L: Tensor
    logits: Tensor
    ab: Tensor


class Seen(NamedTuple):
    """A photo before the global condition; H and W are filled up to multiples of 32.

    features: as `Compact.features` gives them.
    L: (B, 1, H / 4, W / 4).
    size: the photo's own height and width, divided by 4 and rounded up.
    """

    features: list[Tensor]
    L: Tensor
    size: tuple[int, int]


class Compact(Network):
    """L and hints to a distribution over the 313 ab bins and to an ab regression, both at a quarter of the size."""

    stride = 4
    width = (256, 192, 128)
    dropped = ("corrected.", "spread.log_width")

    def __init__(self) -> None:
        super().__init__()
        w16, w8, w4 = self.width
        _, c4, c8, c16, c32 = CHANNELS
        self.encoder = EfficientNetLite2()
        self.context = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(c32, 256, 1), nn.SiLU(), nn.Conv2d(256, w16, 1))
        self.from32 = nn.Conv2d(c32, w16, 1)
        self.from16 = nn.Conv2d(c16, w16, 1)
        self.from8 = nn.Conv2d(c8, w8, 1)
        self.from4 = nn.Conv2d(c4, w4, 1)
        self.condition = nn.Sequential(nn.Linear(CONDITION, 256), nn.SiLU(), constant(nn.Linear(256, w16)))
        self.attend = nn.Sequential(_Attention(w16, heads=8), _Attention(w16, heads=8))
        self.to8 = nn.Conv2d(w16, w8, 1)
        self.to4 = nn.Conv2d(w8, w4, 1)
        self.refine8 = _double_conv(w8)
        self.refine4 = _double_conv(w4)
        self.bins = Pointwise(w4, 313)
        self.regression = nn.Conv2d(w4, 2, 1)
        self.affinity = Affinity(w4)
        self.spread = Spread(w4)

    def join_steps(self) -> None:
        """See `Network`."""
        for part in (self.encoder, *self.encoder.blocks, self.refine8, self.refine4):
            fold(part)
        if available():
            pack(self)

    def features(self, L: Tensor) -> list[Tensor]:
        """L (B, 1, H, W) in 0..100, H and W multiples of 32, to the encoder's maps at strides 4, 8, 16, 32."""
        grey = (L * 2.55 - 127) / 128
        features: list[Tensor] = self.encoder(grey.expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last))
        return features[1:]

    def trunk(self, features: list[Tensor], condition: Tensor | None = None) -> Tensor:
        """Features and global condition (B, 316) to what both heads read, (B, 128, H/4, W/4)."""
        f4, f8, f16, f32 = features
        x = _grow(self.from32(f32) + self.context(f32), f16) + self.from16(f16)
        given = x.new_zeros(len(x), CONDITION) if condition is None else condition
        x = self.attend(x + self.condition(given)[..., None, None])
        x = self.refine8(_grow(self.to8(x), f8) + self.from8(f8))
        refined: Tensor = self.refine4(_grow(self.to4(x), f4) + self.from4(f4))
        return refined

    def see(self, L: Tensor) -> Seen:
        """L (B, 1, H, W) in 0..100, any size: the part of `encode` that a condition does not change."""
        pad = (0, -L.shape[3] % 32, 0, -L.shape[2] % 32)
        padded = F.pad(L, pad, mode="replicate") if any(pad) else L
        return Seen(self.features(padded), F.avg_pool2d(padded, 4), (-(-L.shape[2] // 4), -(-L.shape[3] // 4)))

    def encode_seen(self, seen: Seen, condition: Tensor | None = None) -> Encoded:
        """The rest of `encode`; global condition (B, 316)."""
        x, (rows, columns) = self.trunk(seen.features, condition), seen.size
        maps = (x, seen.L, *self.predict(x, *self.affinity(x, seen.L)))
        return Encoded(*(one[..., :rows, :columns] for one in maps))

    def predict(self, trunk: Tensor, affinity: Tensor, own: Tensor) -> tuple[Tensor, Tensor]:
        """Trunk and what `Affinity` gave to logits (B, 313, h, w) and ab (B, 2, h, w), one colour for one thing."""
        return self.bin_logits(trunk, affinity, own), self.regress(trunk, affinity, own)

    def bin_logits(self, trunk: Tensor, affinity: Tensor, own: Tensor, *, thinned: int = 1) -> Tensor:
        """The logits of `predict`; training may ask for every `thinned`-th row and column, all arguments thinned."""
        probabilities = softmax(self.bins(trunk).float())
        likely = average(probabilities, affinity, own, block=Affinity.block // thinned)
        return likely.clamp_min(1e-9).log() if torch.is_grad_enabled() else likely.clamp_min_(1e-9).log_()

    def regress(self, trunk: Tensor, affinity: Tensor, own: Tensor) -> Tensor:
        """The ab of `predict`."""
        return average(self.regression(trunk).float() * AB_SCALE, affinity, own)

    def paint(self, encoded: Encoded, hint: Tensor | None = None) -> Prediction:
        """What is encoded and hints (B, 3, H, W) to a prediction at a quarter of the size."""
        plain = Prediction(encoded.logits, encoded.ab)
        if hint is None or not bool((hint[:, 2] > 0).any()):
            return plain
        shift, trust = self.listen(encoded.trunk, encoded.L, encoded.ab, self.quarter(hint))
        return plain._replace(shift=shift, trust=trust)

    def listen(self, x: Tensor, L: Tensor, ab: Tensor, hint: Tensor) -> tuple[Tensor, Tensor]:
        """What hints change.

        x, L, ab, hint: trunk (B, 128, h, w), its L, the ab predicted there and the hints (B, 3, h, w), of which every
            picture has one.
        Returns the shift of ab (B, 2, h, w), and the trust (B, 1, h, w) in 0..1: how far hints decide at each place.
        """
        hints = Hints.read(x, L, ab, hint, self.bins, most=MOST[self.training])
        given = hint[:, 2:] > 0
        thing, on_it = self.spread(x, hints)
        near = joined(on_it, given)
        thing, on_it = thing * near, on_it * near
        alike, told = widely(x, hints)
        shift, trust = thing + (1 - on_it) * alike, 1 - (1 - on_it) * (1 - told)
        # A hint holds where it is given.
        return torch.where(given, hint[:, :2] * AB_SCALE - ab, shift), torch.where(given, 1.0, trust)

    @staticmethod
    def quarter(hint: Tensor) -> Tensor:
        """Hints (B, 3, H, W) at a quarter of the size, rounded up."""
        return _pool(F.pad(hint, (0, -hint.shape[3] % 4, 0, -hint.shape[2] % 4)), 4)

    def forward(self, L: Tensor, hint: Tensor | None = None, condition: Tensor | None = None) -> Prediction:
        """Logits (B, 313, h, w) and ab (B, 2, h, w) with h = ceil(H / 4), w = ceil(W / 4); see `Network`."""
        return self.paint(self.encode(L, condition), hint)


class Affinity(nn.Module):
    """Which places belong together: alike in features and in L, and not far apart.

    Every place asks the means of blocks of 4 x 4 places; the answer is a softmax over the blocks. A place may keep a
    share of its own prediction, for things smaller than a block.
    """

    block = 4

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))  # of each feature in the comparison
        self.log_sharpness = nn.Parameter(torch.tensor(20.0).log())
        self.log_contrast = nn.Parameter(torch.tensor(12.0).log())  # units of L
        self.log_reach = nn.Parameter(torch.tensor(1.0).log())  # of the shorter side
        self.own = constant(nn.Conv2d(width, 1, 1), bias=-2.0)

    def forward(self, x: Tensor, L: Tensor) -> tuple[Tensor, Tensor]:
        """Features (B, C, h, w) and L (B, 1, h, w), h and w multiples of 4, to affinity and own share.

        Affinity is (B, h * w, h * w / 16), in the type of the features, its rows sum to 1. The share of its own
        prediction that a place keeps is (B, 1, h, w) in 0..1.
        """
        own = self.own(x).float().sigmoid()
        with without_autocast(x.device):
            near = self._near(L.float())
            query, key = self._compared(x.float() if torch.is_grad_enabled() else x)
            # In the same memory: at 512 pixels these are 64 MB.
            scores = near.baddbmm_(query, key) if query.dtype == near.dtype else near.add_(query @ key)
            return scores.softmax(dim=2).to(x.dtype), own

    def _compared(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Features to what places ask, (B, h * w, C), and blocks answer, (B, C, blocks): their product is how alike."""
        query = F.normalize(x * self.weight.to(x.dtype).view(1, -1, 1, 1), dim=1).flatten(2)
        key = F.normalize(F.avg_pool2d(x, self.block).flatten(2), dim=1) * self.log_sharpness.to(x.dtype).exp()
        return query.transpose(1, 2), key

    def _near(self, L: Tensor) -> Tensor:
        """What that loses with the distance in L (B, 1, h, w) and in the picture, (B, h * w, blocks).

        Squares need more digits than bfloat16 has. Of -(a - b)^2 / 2 = a b - b^2 / 2 - a^2 / 2 the last term is left
        out: it is the same for all blocks of a place, so it changes nothing in the softmax.
        """
        place = _places(L.shape[2:], L.device).expand(len(L), -1, -1, -1)
        put = torch.cat([L * (-self.log_contrast.float()).exp(), place * (-self.log_reach.float()).exp()], dim=1)
        block = F.avg_pool2d(put, self.block).flatten(2)
        return torch.baddbmm(-(block**2).sum(1, keepdim=True) / 2, put.flatten(2).transpose(1, 2), block)


def average(values: Tensor, affinity: Tensor, own: Tensor, *, block: int = Affinity.block) -> Tensor:
    """Values (B, C, h, w) averaged over places that belong together.

    affinity, own: as `Affinity` gives them, for the same places. The mean is computed in the type of the affinity.
    block: side of its blocks, counted in these places.
    """
    blocks = F.avg_pool2d(values, block).flatten(2).transpose(1, 2)
    mixed = (affinity @ blocks.to(affinity.dtype)).to(values.dtype).transpose(1, 2).view_as(values)
    # Without gradients in the same memory: empty pages for maps of 313 channels take longer than what is computed.
    lerp = torch.lerp if torch.is_grad_enabled() else Tensor.lerp_
    return lerp(mixed, values, own.expand_as(values))


def _places(size: torch.Size, device: torch.device) -> Tensor:
    """Row and column of each place, (1, 2, h, w), in shares of the shorter side."""
    lines = [torch.arange(side, device=device, dtype=torch.float32) / min(size) for side in size]
    return torch.stack(torch.meshgrid(lines, indexing="ij"))[None]


class _Attention(nn.Module):
    """A transformer block on a feature map; a depthwise convolution tells it where things are."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.place = nn.Conv2d(width, width, 3, padding=1, groups=width)
        self.norm1 = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.merge = nn.Linear(width, width)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.place(x)
        batch, width, rows, columns = x.shape
        tokens = x.flatten(2).transpose(1, 2)
        q, k, v = self.qkv(self.norm1(tokens)).view(batch, -1, 3, self.heads, width // self.heads).unbind(2)
        q, k, v = (one.transpose(1, 2) for one in (q, k, v))
        if self.training and x.device.type == "cpu":  # the gradient of the other takes ten times as long there
            scores = (q @ k.transpose(2, 3)).float() * (width // self.heads) ** -0.5
            mixed = scores.softmax(dim=3).to(v.dtype) @ v
        else:
            mixed = F.scaled_dot_product_attention(q, k, v)
        tokens = tokens + self.merge(mixed.transpose(1, 2).flatten(2))
        tokens = tokens + self.mlp(self.norm2(tokens))
        x = tokens.transpose(1, 2).reshape(batch, width, rows, columns)
        return x


def _double_conv(width: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for _ in range(2):
        layers += [nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.SiLU()]
    return nn.Sequential(*layers)


def _grow(x: Tensor, like: Tensor) -> Tensor:
    return F.interpolate(x, size=like.shape[-2:], mode="bilinear", align_corners=False)


def _pool(hint: Tensor, factor: int) -> Tensor:
    """Hints at a lower size: the mean of the given colours, and 1 where any was given."""
    mean = F.avg_pool2d(hint, factor)
    coverage = mean[:, 2:]
    colour = mean[:, :2] / coverage.clamp_min(1e-6)
    return torch.cat([colour, (coverage > 0).to(hint.dtype)], dim=1)
