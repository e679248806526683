"""How far hints reach: each hint corrects what was predicted around it, and the question is where else.

Every hint counts for the thing that it is on (`Spread`). A colour that the network thought likely there tells of the
photo as well: what looks alike has it too (`widely`). One that surprises means its thing and nothing else, unless hints
on other things bear it out.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from colorizer import bins
from colorizer.bins import AB_SCALE
from colorizer.networks.layers import Pointwise, constant

MOST = (512, 128)
"""Hinted places of a picture that are listened to, in use and in training; more are thinned evenly."""


class Hints(NamedTuple):
    """The hinted places of each picture, K at most.

    place: which of its h * w places, (B, K).
    real: which of the K are hints, (B, K).
    correction: given minus predicted ab, (B, 2, K).
    likely: in 0..1, whether that colour was to be expected, (B, K).
    apart: squared distance from every place, in shares of the shorter side, (B, h * w, K).
    unlike: squared difference in L from every place, (B, h * w, K).
    """

    place: Tensor
    real: Tensor
    correction: Tensor
    likely: Tensor
    apart: Tensor
    unlike: Tensor

    @classmethod
    def read(cls, x: Tensor, L: Tensor, ab: Tensor, hint: Tensor, to_bins: nn.Conv2d, *, most: int) -> "Hints":
        """From trunk (B, C, h, w), L, predicted ab and a map of hints (B, 3, h, w), and the layer that predicts bins.

        A place is at most as far from a hint as the picture is large, so distances are in shares of the shorter side.
        """
        rows, columns = x.shape[2:]
        place, real = _hinted(hint[:, 2], most)
        given = at(hint[:, :2], place).float() * AB_SCALE
        line = torch.stack(
            torch.meshgrid(torch.arange(rows, device=x.device), torch.arange(columns, device=x.device), indexing="ij")
        ).flatten(1).float() / min(rows, columns)
        apart = ((line[None, :, :, None] - line[:, place].transpose(0, 1)[:, :, None, :]) ** 2).sum(1)
        unlike = (L.float().flatten(2).transpose(1, 2) - at(L.float(), place)) ** 2
        logits = to_bins(at(x, place)[..., None])[..., 0].float()
        return cls(place, real, given - at(ab, place).float(), _likely(logits, given), apart, unlike)


NARROW = 5.0
"""ab units: a hint's colour counts as predicted as far as bins within about this distance have probability."""

USUAL, DECISION = -3.09, 8.6
"""Logarithm of the probability at which a hint is half likely, and how fast that changes."""


def _likely(logits: Tensor, given: Tensor) -> Tensor:
    """Whether colours (B, 2, K) were to be expected where the network says logits (B, 313, K): (B, K) in 0..1."""
    a, b = bins.centres().to(given).view(-1, 2, 1).unbind(1)
    near = (-((given[:, :1] - a) ** 2 + (given[:, 1:] - b) ** 2) / (2 * NARROW**2)).exp()
    return ((logits.softmax(dim=1) * near).sum(1).clamp_min(1e-12).log() - USUAL).mul(DECISION).sigmoid()


EVERYWHERE, ALIKE, ALIKE_AND_NEAR = 0.0417, 2.53, 1.93
"""What a likely hint weighs: at every place; at one of the same features; and if it is near and as light."""

SHARPNESS, SHARPNESS_NEAR = 5.54, 3.08
"""How fast these weights fall with the cosine of the features."""

REACH, CONTRAST = 0.405, 27.1
"""Of the last one, in shares of the shorter side and in units of L."""

DOUBT = 35.1
"""What is taken from the weight of an unlikely hint: it is divided by 1 + DOUBT * (1 - likely) / likely."""


def widely(x: Tensor, hints: Hints) -> tuple[Tensor, Tensor]:
    """What likely hints tell of the photo: a shift of ab (B, 2, h, w) and a trust (B, 1, h, w) in 0..1.

    Kernel regression (Nadaraya and Watson 1964) of the corrections, with a weight of 1 for no correction at all. The
    constants were fitted by gradient descent; `python -m docs.measure.fit_hints` goes on with it.

    x: trunk (B, C, h, w), whose features say what is alike.
    """
    features = F.normalize(x.float().flatten(2), dim=1)
    hinted = at(features, hints.place)
    less = features.transpose(1, 2) @ hinted - 1
    near = -hints.apart / (2 * REACH**2) - hints.unlike / (2 * CONTRAST**2)
    weights = EVERYWHERE + ALIKE * (SHARPNESS * less).exp() + ALIKE_AND_NEAR * (SHARPNESS_NEAR * less + near).exp()
    likely = hints.likely.clamp_min(1e-4)
    borne_out = _borne_out(hints, weights, hinted.transpose(1, 2) @ hinted)
    doubt = (DOUBT * (1 - borne_out)).clamp_min(DOUBT_LEFT)[:, None]
    weights = weights * (hints.real / (1 + doubt * (1 - likely) / likely))[:, None]
    total = weights.sum(2)
    shift = hints.correction @ weights.transpose(1, 2) / (1 + total)[:, None]
    return shift.view(len(x), 2, *x.shape[2:]), (total / (1 + total)).view(len(x), 1, *x.shape[2:])


FORETOLD, FORETOLD_DECISION = 1.3, 30.0
"""What hints must foretell of each other, as a share of their corrections and divided by the number of things they are
on, for their doubt to be half gone; and how fast that changes."""

DOUBT_LEFT = 0.03
"""Of DOUBT, however well hints bear each other out: colours that the network holds to be impossible stay wishes."""

ELSEWHERE, ANOTHER, ANOTHER_DECISION = 0.08, 0.78, 30.0
"""Hints are on two things if they are farther apart than the first, in shares of the shorter side, and half so if the
cosine of their features is the second; how fast that changes. These six were chosen on trained photographs."""


def _borne_out(hints: Hints, weights: Tensor, alike: Tensor) -> Tensor:
    """How far hints bear each other out, in 0..1, (B,): 0 for one alone.

    Each correction is foretold from those of hints on other things. Who gives true colours is found out by that: they
    have a cast in common, or are all stronger. Colours that somebody wishes for are not, and points on one thing agree
    without telling of others. Chance does less the more things there are.

    weights: of each hint at every place, (B, h * w, K).
    alike: cosine of the hints' features, (B, K, K).
    """
    places = hints.place[:, :, None].expand(-1, -1, hints.place.shape[1])
    others = (hints.apart.gather(1, places) > ELSEWHERE**2) * ((ANOTHER - alike) * ANOTHER_DECISION).sigmoid()
    together = weights.gather(1, places) * others * hints.real[:, None]
    foretold = hints.correction @ together.transpose(1, 2) / (1 + together.sum(2))[:, None]
    before, after = (
        (error.square().sum(1) * hints.real).sum(1) for error in (hints.correction, hints.correction - foretold)
    )
    things = (hints.real / ((1 - others) * hints.real[:, None]).sum(2).clamp_min(1)).sum(1)
    enough = FORETOLD / things.clamp_min(1)
    return ((1 - after / before.clamp_min(1e-6) - enough) * FORETOLD_DECISION).sigmoid()


class Spread(nn.Module):
    """Carries the correction of each hint to the places of the thing that it is on.

    Each place asks every hint: how near, how alike in L, how alike in features? Heads differ in their reach; each
    is a softmax over the hints and over "none of them", and a place mixes the heads. So the correction is a weighted
    mean, and the weights' sum says how far to trust it. How surprising a hint is moves its reach and its weight.
    Before training the reach and the L term alone make it a joint bilateral filter.
    """

    heads = 4

    def __init__(self, width: int, key_width: int = 24) -> None:
        super().__init__()
        self.key_width = key_width
        self.norm = nn.GroupNorm(1, width)
        self.query = Pointwise(width, self.heads * key_width)
        self.key = Pointwise(width, self.heads * key_width)
        for layer in (self.query, self.key):
            nn.init.normal_(layer.weight, std=0.02)
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
        reach = torch.tensor([0.04, 0.12, 0.35, 1.0])  # of the shorter side
        self.log_reach = nn.Parameter(reach.log())
        self.log_contrast = nn.Parameter(torch.full((self.heads,), 12.0).log())  # units of L
        self.none = constant(Pointwise(width, self.heads), bias=-1.5)
        self.mix = constant(Pointwise(width, self.heads))
        self.surprise = nn.Sequential(nn.Linear(width + 4, 32), nn.SiLU(), constant(nn.Linear(32, 3 * self.heads)))

    def forward(self, x: Tensor, hints: Hints) -> tuple[Tensor, Tensor]:
        """Trunk (B, C, h, w) and hints to a shift of ab (B, 2, h, w) and a trust (B, 1, h, w) in 0..1."""
        batch, size = len(x), x.shape[2:]
        normed = self.norm(x)
        query = self.query(normed).view(batch, self.heads, self.key_width, -1).transpose(2, 3)
        key = at(self.key(normed), hints.place).view(batch, self.heads, self.key_width, -1)
        scores = query @ key / self.key_width**0.5
        weight, nearer, stricter = self._surprise(at(normed, hints.place), hints)
        reach = (nearer - 2 * self.log_reach.view(1, -1, 1)).exp()[:, :, None] / 2
        contrast = (stricter - 2 * self.log_contrast.view(1, -1, 1)).exp()[:, :, None] / 2
        scores = scores.float() + weight[:, :, None] - reach * hints.apart[:, None] - contrast * hints.unlike[:, None]
        scores = scores.masked_fill(~hints.real[:, None, None], -torch.inf)
        none = self.none(normed).flatten(2)[..., None].float()
        weights = torch.softmax(torch.cat([scores, none], dim=3), dim=3)[..., :-1]
        weights = (weights * self.mix(normed).flatten(2).float().softmax(1)[..., None]).sum(1)  # (B, h * w, K)
        trust = weights.sum(2)
        weights = weights * (_decided(trust) / trust.clamp_min(1e-4))[..., None]
        shift = hints.correction @ weights.transpose(1, 2)
        return shift.view(batch, 2, *size), weights.sum(2).view(batch, 1, *size)

    def _surprise(self, x: Tensor, hints: Hints) -> tuple[Tensor, Tensor, Tensor]:
        """What each hint's surprise does to its weight, reach and contrast, each (B, heads, K), at first nothing.

        x: features at the hints (B, C, K).
        """
        moved = hints.correction.norm(dim=1, keepdim=True) / 30
        count = hints.real.sum(dim=1)[:, None, None].expand_as(moved).float().log1p() / 5
        described = torch.cat([x.float(), moved, count, hints.correction / 60], dim=1).transpose(1, 2)
        effects = self.surprise(described.to(self.log_reach.dtype)).float()
        weight, nearer, stricter = effects.transpose(1, 2).chunk(3, dim=1)
        return weight, nearer, stricter


STEPS = 64
"""How many places far `joined` looks, each way."""


@torch.no_grad()
def joined(trust: Tensor, given: Tensor) -> Tensor:
    """1 where places of some trust lead to a hint, and beside them; elsewhere 0.

    A hint means the thing that it is on, not others that look like it.

    trust: (B, 1, h, w) in 0..1.
    given: where there are hints, (B, 1, h, w).
    """
    reached, open_ = given.to(trust.dtype), (given | (trust > 0.45)).to(trust.dtype)
    for _ in range(STEPS):
        reached = F.max_pool2d(reached, 3, stride=1, padding=1) * open_
    return F.max_pool2d(reached, 3, stride=1, padding=1)


def _decided(trust: Tensor, sharpness: float = 3.0, even: float = 0.45) -> Tensor:
    """Trust in 0..1, of the same shape, brought nearer to 0 or 1: a place belongs to a hint or it does not.

    even: the trust that stays as it is. Learned trust is hesitant: a thing takes only half of a colour that surprises,
    and what is beside it takes a little.
    """
    belongs, other = trust.clamp(0, 1) ** sharpness, (1 - trust).clamp(0, 1) ** sharpness
    odds = (even / (1 - even)) ** (sharpness - 1)
    decided: Tensor = belongs / (belongs + odds * other)
    return decided


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


def at(x: Tensor, places: Tensor) -> Tensor:
    """Values (B, C, K) of a map (B, C, h, w) or (B, C, h * w) at flat places (B, K)."""
    flat = x.flatten(2)
    return flat.gather(2, places[:, None].expand(-1, x.shape[1], -1))
