"""The project's own network: EfficientNet-Lite2 encoder, attention at stride 16, decoder to stride 4, two heads.

Hints enter the decoder only, so a photo is encoded once and painted with many sets of hints. Attention at stride 16
lets a hint reach everything that looks like the place it was given for.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from colorizer.networks.efficientnet_lite import CHANNELS, EfficientNetLite2

AB_SCALE = 110.0
"""Hints and the regression head work on ab / 110, as in Zhang et al. 2017."""


class Compact(nn.Module):
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
        self.hint16 = nn.Conv2d(3, w16, 1, bias=False)
        self.hint8 = nn.Conv2d(3, w8, 1, bias=False)
        self.hint4 = nn.Conv2d(3, w4, 3, padding=1, bias=False)
        self.attend = nn.Sequential(_Attention(w16, heads=8), _Attention(w16, heads=8))
        self.to8 = nn.Conv2d(w16, w8, 1)
        self.to4 = nn.Conv2d(w8, w4, 1)
        self.refine8 = _double_conv(w8)
        self.refine4 = _double_conv(w4)
        self.bins = nn.Conv2d(w4, 313, 1)
        self.regression = nn.Conv2d(w4, 2, 1)

    def encode(self, L: Tensor) -> list[Tensor]:
        """L (B, 1, H, W) in 0..100, H and W multiples of 32, to the features that `decode` takes."""
        grey = (L * 2.55 - 127) / 128
        features: list[Tensor] = self.encoder(grey.expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last))
        return features[1:]

    def trunk(self, features: list[Tensor], hint: Tensor | None = None) -> Tensor:
        """Features and hints (B, 3, H, W) to what both heads read, (B, 128, H/4, W/4)."""
        f4, f8, f16, f32 = features
        x = _grow(self.from32(f32) + self.context(f32), f16) + self.from16(f16)
        x = self.attend(x + self.hint16(_pool(hint, 16)) if hint is not None else x)
        x = _grow(self.to8(x), f8) + self.from8(f8)
        x = self.refine8(x + self.hint8(_pool(hint, 8)) if hint is not None else x)
        x = _grow(self.to4(x), f4) + self.from4(f4)
        refined: Tensor = self.refine4(x + self.hint4(_pool(hint, 4)) if hint is not None else x)
        return refined

    def decode(self, features: list[Tensor], hint: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Features and hints (B, 3, H, W) to logits (B, 313, H/4, W/4) and ab (B, 2, H/4, W/4)."""
        x = self.trunk(features, hint)
        return self.bins(x), self.regression(x) * AB_SCALE

    def forward(self, L: Tensor, hint: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Logits (B, 313, h, w) and ab (B, 2, h, w) with h = ceil(H / 4), w = ceil(W / 4).

        L: (B, 1, H, W) in 0..100, any size. hint: (B, 3, H, W), ab / 110 and a mask that is 1 where a colour is
        given; ab must be 0 where the mask is 0.
        """
        height, width = L.shape[-2:]
        pad = (0, -width % 32, 0, -height % 32)
        if any(pad):
            L = F.pad(L, pad, mode="replicate")
            hint = F.pad(hint, pad) if hint is not None else None
        logits, ab = self.decode(self.encode(L), hint)
        rows, columns = -(-height // 4), -(-width // 4)
        return logits[..., :rows, :columns], ab[..., :rows, :columns]


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
