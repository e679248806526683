"""The project's own network: EfficientNet-Lite2 encoder, attention at stride 16, decoder to stride 4, two heads.

What both heads predict is averaged over places that belong together (`Affinity`), so that one thing has one colour.

Hints come last: the prediction is corrected around each hint, as far as `Spread` finds places that belong to the same
thing. So a photo is encoded once and painted with many sets of hints, and without hints nothing of that runs.
The global condition (histogram and saturation, Zhang et al. 2017) enters at stride 16.
"""

from typing import NamedTuple, TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from colorizer import bins
from colorizer.bins import AB_SCALE, CONDITION
from colorizer.networks.efficientnet_lite import CHANNELS, EfficientNetLite2
from colorizer.networks.network import Network, Prediction


class Encoded(NamedTuple):
    """A photo before hints.

    trunk: features (B, 128, h, w), h and w multiples of 8.
    L: (B, 1, h, w).
    logits: (B, 313, rows, columns), what is predicted without hints, without the padding of h and w.
    ab: (B, 2, rows, columns), likewise.
    """

    trunk: Tensor
    L: Tensor
    logits: Tensor
    ab: Tensor


class Compact(Network):
    """L and hints to a distribution over the 313 ab bins and to an ab regression, both at a quarter of the size."""

    stride = 4
    width = (256, 192, 128)

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
        self.condition = nn.Sequential(nn.Linear(CONDITION, 256), nn.SiLU(), _constant(nn.Linear(256, w16)))
        self.attend = nn.Sequential(_Attention(w16, heads=8), _Attention(w16, heads=8))
        self.to8 = nn.Conv2d(w16, w8, 1)
        self.to4 = nn.Conv2d(w8, w4, 1)
        self.refine8 = _double_conv(w8)
        self.refine4 = _double_conv(w4)
        self.bins = nn.Conv2d(w4, 313, 1)
        self.regression = nn.Conv2d(w4, 2, 1)
        self.affinity = Affinity(w4)
        self.spread = Spread(w4)
        self.corrected = _Correction(w4)

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

    def encode(self, L: Tensor, condition: Tensor | None = None) -> Encoded:
        """L (B, 1, H, W) in 0..100, any size, and global condition (B, 316): the costly part of `forward`."""
        pad = (0, -L.shape[3] % 32, 0, -L.shape[2] % 32)
        padded = F.pad(L, pad, mode="replicate") if any(pad) else L
        x = self.trunk(self.features(padded), condition)
        small = F.avg_pool2d(padded, 4)
        logits, ab = self.predict(x, *self.affinity(x, small))
        rows, columns = -(-L.shape[2] // 4), -(-L.shape[3] // 4)
        return Encoded(x, small, logits[..., :rows, :columns], ab[..., :rows, :columns])

    def predict(self, trunk: Tensor, affinity: Tensor, own: Tensor) -> tuple[Tensor, Tensor]:
        """Trunk and what `Affinity` gave to logits (B, 313, h, w) and ab (B, 2, h, w), one colour for one thing."""
        return self.bin_logits(trunk, affinity, own), self.regress(trunk, affinity, own)

    def bin_logits(self, trunk: Tensor, affinity: Tensor, own: Tensor, *, thinned: int = 1) -> Tensor:
        """The logits of `predict`; training may ask for every `thinned`-th row and column, all arguments thinned."""
        probabilities = self.bins(trunk).float().softmax(dim=1)
        return average(probabilities, affinity, own, block=Affinity.block // thinned).clamp_min(1e-9).log()

    def regress(self, trunk: Tensor, affinity: Tensor, own: Tensor) -> Tensor:
        """The ab of `predict`."""
        return average(self.regression(trunk).float() * AB_SCALE, affinity, own)

    def paint(self, encoded: Encoded, hint: Tensor | None = None) -> Prediction:
        """What is encoded and hints (B, 3, H, W) to logits, ab and trust at a quarter of the size."""
        if hint is None or not bool((hint[:, 2] > 0).any()):
            return Prediction(encoded.logits, encoded.ab)
        return self.hinted(encoded.trunk, encoded.L, self.quarter(hint))

    def hinted(self, trunk: Tensor, L: Tensor, hint: Tensor) -> Prediction:
        """The prediction with hints (B, 3, rows, columns) at a quarter of the size; every picture must have one.

        trunk, L: see `Encoded`.
        """
        rows, columns = hint.shape[2:]
        x, (affinity, own) = trunk, self.affinity(trunk, L)
        hint = F.pad(hint, (0, x.shape[3] - columns, 0, x.shape[2] - rows))
        ab = self.regress(x, affinity, own)
        added, shift, trust = self.listen(x, L, ab, hint)
        x = x + added
        logits, changed = self.predict(x, affinity, own * (1 - trust) + trust)
        logits = self.spread.towards(logits, ab + shift, trust)
        inside = (..., slice(rows), slice(columns))
        return Prediction(logits[inside], (changed + shift)[inside], trust[inside])

    def listen(self, x: Tensor, L: Tensor, ab: Tensor, hint: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What hints change.

        x, L, ab, hint: trunk (B, 128, h, w), its L, the ab predicted there and the hints, all of one size.
        Returns what is added to the trunk, the shift of ab (B, 2, h, w), and the trust (B, 1, h, w) in 0..1: how far
        hints decide at each place.
        """
        shift, trust = self.spread(x, L, ab, hint)
        given = hint[:, 2:] > 0  # a hint holds where it is given
        shift = torch.where(given, hint[:, :2] * AB_SCALE - ab, shift)
        trust = torch.where(given, 1.0, trust)
        return self.corrected(x, shift, trust, hint), shift, trust

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
        self.own = _constant(nn.Conv2d(width, 1, 1), bias=-2.0)

    def forward(self, x: Tensor, L: Tensor) -> tuple[Tensor, Tensor]:
        """Features (B, C, h, w) and L (B, 1, h, w), h and w multiples of 4, to affinity and own share.

        Affinity is (B, h * w, h * w / 16), its rows sum to 1. The share of its own prediction that a place keeps is
        (B, 1, h, w) in 0..1.
        """
        own = self.own(x).float().sigmoid()
        x, L = x.float(), L.float()
        weighted = x * self.weight.float().view(1, -1, 1, 1)
        query = F.normalize(weighted.flatten(2).transpose(1, 2), dim=2)
        key = F.normalize(F.avg_pool2d(x, self.block).flatten(2), dim=1)
        L_query, L_key = L.flatten(2).transpose(1, 2), F.avg_pool2d(L, self.block).flatten(2)
        near = _squares_apart(x.shape[2:], self.block, x.device)
        scores = query @ key * self.log_sharpness.float().exp()
        scores = scores - (L_query - L_key) ** 2 * (-2 * self.log_contrast.float()).exp() / 2
        return (scores - near * (-2 * self.log_reach.float()).exp() / 2).softmax(dim=2), own


def average(values: Tensor, affinity: Tensor, own: Tensor, *, block: int = Affinity.block) -> Tensor:
    """Values (B, C, h, w) averaged over places that belong together.

    affinity, own: as `Affinity` gives them, for the same places.
    block: side of its blocks, counted in these places.
    """
    blocks = F.avg_pool2d(values, block).flatten(2)
    mixed = (blocks @ affinity.transpose(1, 2)).view_as(values).to(values.dtype)
    return torch.lerp(mixed, values, own.expand_as(values))


def _squares_apart(size: torch.Size, block: int, device: torch.device) -> Tensor:
    """Squared distances (h * w, blocks) from each place to the middle of each block, in shares of the shorter side."""
    rows, columns = size
    y = torch.arange(rows, device=device, dtype=torch.float32) / min(rows, columns)
    x = torch.arange(columns, device=device, dtype=torch.float32) / min(rows, columns)
    middles_y, middles_x = y.view(-1, block).mean(dim=1), x.view(-1, block).mean(dim=1)
    apart_y = (y[:, None] - middles_y[None]) ** 2
    apart_x = (x[:, None] - middles_x[None]) ** 2
    return (apart_y[:, None, :, None] + apart_x[None, :, None, :]).flatten(2).flatten(0, 1)


class Spread(nn.Module):
    """Carries each hint's correction to the places that belong to it.

    Each place asks every hint: how near, how alike in L, how alike in features? Heads differ in their reach; each
    is a softmax over the hints and over "none of them", and a place mixes the heads. So the correction (given minus
    predicted ab) is a weighted mean, and the weights' sum says how far to trust it. A hint that surprises means this
    thing alone, one that was expected tells of the whole photo: how surprising it is moves its reach and its weight.
    Before training the reach and the L term alone make it a joint bilateral filter.
    """

    heads = 4
    most = (512, 128)
    """Hinted places of a picture that are listened to, in use and in training; more are thinned evenly."""

    def __init__(self, width: int, key_width: int = 24) -> None:
        super().__init__()
        self.key_width = key_width
        self.norm = nn.GroupNorm(1, width)
        self.query = nn.Conv2d(width, self.heads * key_width, 1)
        self.key = nn.Conv2d(width, self.heads * key_width, 1)
        for layer in (self.query, self.key):
            nn.init.normal_(layer.weight, std=0.02)
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
        reach = torch.tensor([0.04, 0.12, 0.35, 1.0])  # of the shorter side
        self.log_reach = nn.Parameter(reach.log())
        self.log_contrast = nn.Parameter(torch.full((self.heads,), 12.0).log())  # units of L
        self.none = _constant(nn.Conv2d(width, self.heads, 1), bias=-1.5)
        self.mix = _constant(nn.Conv2d(width, self.heads, 1))
        self.surprise = nn.Sequential(nn.Linear(width + 4, 32), nn.SiLU(), _constant(nn.Linear(32, 3 * self.heads)))
        self.log_width = nn.Parameter(torch.tensor(12.0).log())  # ab units, of the bump that a hint puts on the bins

    def forward(self, x: Tensor, L: Tensor, ab: Tensor, hint: Tensor) -> tuple[Tensor, Tensor]:
        """Trunk (B, C, h, w), L, predicted ab and hints (B, 3, h, w), to a shift of ab and a trust in 0..1.

        A place is at most as far from a hint as the picture is large, so the reach is in shares of the shorter side.
        """
        batch, _, rows, columns = x.shape
        chosen, real = _hinted(hint[:, 2], self.most[self.training])
        normed = self.norm(x)
        query = self.query(normed).view(batch, self.heads, self.key_width, -1).transpose(2, 3)
        key = _at(self.key(normed), chosen).view(batch, self.heads, self.key_width, -1)
        scores = query @ key / self.key_width**0.5
        line = torch.stack(
            torch.meshgrid(torch.arange(rows, device=x.device), torch.arange(columns, device=x.device), indexing="ij")
        ).flatten(1).to(L.dtype) / min(rows, columns)
        place = line[:, chosen].transpose(0, 1)  # (B, 2, K)
        apart = ((line[None, :, :, None] - place[:, :, None, :]) ** 2).sum(1)  # (B, h * w, K)
        unlike = (L.flatten(2).transpose(1, 2) - _at(L, chosen)) ** 2
        correction = _at(hint[:, :2], chosen).float() * AB_SCALE - _at(ab, chosen).float()
        weight, nearer, stricter = self._surprise(_at(normed, chosen), correction, real)
        reach = (nearer - 2 * self.log_reach.view(1, -1, 1)).exp()[:, :, None] / 2
        contrast = (stricter - 2 * self.log_contrast.view(1, -1, 1)).exp()[:, :, None] / 2
        scores = scores.float() + weight[:, :, None] - reach * apart[:, None] - contrast * unlike[:, None]
        scores = scores.masked_fill(~real[:, None, None], -torch.inf)
        none = self.none(normed).flatten(2)[..., None].float()
        weights = torch.softmax(torch.cat([scores, none], dim=3), dim=3)[..., :-1]
        weights = (weights * self.mix(normed).flatten(2).float().softmax(1)[..., None]).sum(1)  # (B, h * w, K)
        trust = weights.sum(2)
        weights = weights * (_decided(trust) / trust.clamp_min(1e-4))[..., None]
        shift = correction @ weights.transpose(1, 2)
        return shift.view(batch, 2, rows, columns), weights.sum(2).view(batch, 1, rows, columns)

    def _surprise(self, x: Tensor, correction: Tensor, real: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What each hint's surprise does to its weight, reach and contrast, each (B, heads, K), at first nothing.

        x: features at the hints (B, C, K). correction: (B, 2, K). real: (B, K), which of the K are hints.
        """
        moved = correction.norm(dim=1, keepdim=True) / 30
        count = real.sum(dim=1)[:, None, None].expand_as(moved).float().log1p() / 5
        described = torch.cat([x.float(), moved, count, correction / 60], dim=1).transpose(1, 2)
        effects = self.surprise(described.to(self.log_reach.dtype)).float()
        weight, nearer, stricter = effects.transpose(1, 2).chunk(3, dim=1)
        return weight, nearer, stricter

    def towards(self, logits: Tensor, ab: Tensor, trust: Tensor) -> Tensor:
        """The distribution times a bump around `ab`, as far as there is trust."""
        a, b = bins.centres().to(ab).view(-1, 2, 1, 1).unbind(1)
        distance = (ab[:, :1] - a) ** 2 + (ab[:, 1:] - b) ** 2
        return logits - trust * distance * (-2 * self.log_width).exp() / 2


def _decided(trust: Tensor, sharpness: float = 3.0, even: float = 0.4) -> Tensor:
    """Trust in 0..1, of the same shape, brought nearer to 0 or 1: a place belongs to a hint or it does not.

    even: the trust that stays as it is. Learned trust is hesitant: a thing takes only half of a colour that surprises,
    and what is beside it takes a little.
    """
    belongs, other = trust.clamp(0, 1) ** sharpness, (1 - trust).clamp(0, 1) ** sharpness
    odds = (even / (1 - even)) ** (sharpness - 1)
    decided: Tensor = belongs / (belongs + odds * other)
    return decided


class _Correction(nn.Module):
    """What hints change beyond the shift, added to the trunk as far as they are trusted."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.enter = nn.Conv2d(width + 6, 64, 3, padding=1)
        self.leave = _constant(nn.Conv2d(64, width, 3, padding=1))

    def forward(self, x: Tensor, shift: Tensor, trust: Tensor, hint: Tensor) -> Tensor:
        """Trunk (B, C, h, w) and the hints' maps to what is added to the trunk."""
        entered = self.enter(torch.cat([x, shift / AB_SCALE, trust, hint], dim=1))
        added: Tensor = self.leave(F.silu(entered)) * trust
        return added


Layer = TypeVar("Layer", nn.Linear, nn.Conv2d)


def _constant(layer: Layer, bias: float = 0.0) -> Layer:
    """Set the weights to zero and the bias to `bias`, so that the layer starts as a constant."""
    with torch.no_grad():
        layer.weight.zero_()
        if layer.bias is not None:
            layer.bias.fill_(bias)
    return layer


def _hinted(mask: Tensor, most: int) -> tuple[Tensor, Tensor]:
    """Flat places (B, K) where the mask (B, h, w) is set, padded to the longest, and which of them are real."""
    flat = mask.flatten(1) > 0
    count = flat.sum(1)
    longest = count.max().clamp(max=most).item()
    number = torch.arange(flat.shape[1], device=mask.device)
    order = (flat.long() * len(number) - number).argsort(dim=1, descending=True)  # a stable sort is not in ONNX
    step = (count.float() / longest).clamp_min(1)
    rank = (torch.arange(longest, device=mask.device) * step[:, None]).long().clamp(max=flat.shape[1] - 1)
    return order.gather(1, rank), rank < count[:, None]


def _at(x: Tensor, places: Tensor) -> Tensor:
    """Values (B, C, K) of a map (B, C, h, w) at flat places (B, K)."""
    return x.flatten(2).gather(2, places[:, None].expand(-1, x.shape[1], -1))


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
        mixed = F.scaled_dot_product_attention(q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2))
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
