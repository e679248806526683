"""Hints as people might give them: true colours of patches, and colours that one thing does not have."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from colorizer.bins import AB_SCALE
from colorizer.training.recipe import HintRecipe

SIDES = 9
"""Side of the largest patch, in pixels."""

CELL = 4
"""Regions are grown on cells of so many pixels square."""


def simulate(ab: Tensor, recipe: HintRecipe, generator: torch.Generator) -> Tensor:
    """Hints (B, 3, H, W) for the true ab (B, 2, H, W); a picture may get none.

    As released with Zhang et al. 2017: a geometric number of patches, sides 1 to 9, places normal around the middle,
    each with the mean colour of its patch. The recipe adds pictures with many hints and pictures given whole.
    """
    batch, _, height, width = ab.shape
    chance = torch.rand(3, batch, generator=generator, device=ab.device)
    geometric = (chance[0].clamp_min(1e-9).log() / math.log(1 - recipe.geometric)).floor()
    count = torch.where(chance[1] < recipe.many, (chance[0] * math.log(200)).exp().floor(), geometric)
    sample = torch.repeat_interleave(torch.arange(batch, device=ab.device), count.long())
    side = torch.randint(1, SIDES + 1, (len(sample),), generator=generator, device=ab.device)
    normal = torch.randn(2, len(sample), generator=generator, device=ab.device)
    top, left = (_around_the_middle(normal[i], side, length) for i, length in enumerate((height, width)))
    sums = F.pad(ab.double().cumsum(2).cumsum(3), (1, 0, 1, 0))
    below, right = top + side, left + side
    total = (sums[sample, :, below, right] - sums[sample, :, top, right]) - (
        sums[sample, :, below, left] - sums[sample, :, top, left]
    )
    hint = torch.zeros(batch, 3, height, width, device=ab.device)
    _give(hint, sample, top, left, side, total.float() / side[:, None] ** 2 / AB_SCALE)
    whole = torch.cat([ab / AB_SCALE, torch.ones_like(ab[:, :1])], dim=1)
    return torch.where((chance[2] < recipe.reveal).view(-1, 1, 1, 1), whole, hint)


def recolour(L: Tensor, ab: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """One thing of each picture in a colour that it does not have, and hints that say so.

    L: (B, 1, H, W).
    ab: (B, 2, H, W), H and W multiples of 4.

    Returns ab as it would be then; hints (B, 3, H, W), one to three small patches of the thing; `outside`
    (B, 1, H, W), 1 where nothing may change; and `stays` (B, 1, H, W), 1 in patches outside for which the predicted
    colour is to be given as a hint. A picture in which no thing of a fitting size is found has no hint.
    """
    batch, _, height, width = ab.shape
    device = ab.device
    region = _region(torch.cat([L, ab], dim=1), generator)
    share = region.mean(dim=(2, 3), keepdim=True)
    fits = (share > 0.01) & (share < 0.5)
    region = region * fits
    mean = (F.avg_pool2d(ab, CELL) * region).sum((2, 3)) / region.sum((2, 3)).clamp_min(1)
    hue = torch.rand(batch, generator=generator, device=device) * 2 * math.pi
    chroma = torch.rand(batch, generator=generator, device=device) * 50 + 10
    wanted = torch.stack([hue.cos() * chroma, hue.sin() * chroma], dim=1)
    soft = F.interpolate(region, size=(height, width), mode="bilinear", align_corners=False)
    changed = ab + (wanted - mean)[..., None, None] * soft
    hint = torch.zeros(batch, 3, height, width, device=device)
    sample, top, left, side = _patches(region, 3, generator)
    middle = F.avg_pool2d(changed, CELL)[sample, :, (top + side // 2) // CELL, (left + side // 2) // CELL]
    _give(hint, sample, top, left, side, middle / AB_SCALE)
    away = (1 - F.max_pool2d(region, 3, stride=1, padding=1)) * fits
    stays = torch.zeros(batch, 3, height, width, device=device)
    half = torch.rand(batch, 1, 1, 1, generator=generator, device=device) < 0.5
    sample, top, left, side = _patches(away * half, 4, generator)
    _give(stays, sample, top, left, side, torch.zeros(len(sample), 2, device=device))
    outside = F.interpolate(away, size=(height, width), mode="nearest")
    return changed, hint, outside, stays[:, 2:]


def _region(lab: Tensor, generator: torch.Generator) -> Tensor:
    """A connected region of one colour around a random place, 1 or 0 on cells, (B, 1, H / 4, W / 4)."""
    small = F.avg_pool2d(lab, CELL)
    batch, _, rows, columns = small.shape
    seed = torch.randint(rows * columns, (batch,), generator=generator, device=lab.device)
    limits = torch.rand(2, batch, 1, 1, 1, generator=generator, device=lab.device)
    apart = small - small.flatten(2)[torch.arange(batch, device=lab.device), :, seed][..., None, None]
    alike = (apart[:, :1].abs() < limits[0] * 25 + 15) & (apart[:, 1:].norm(dim=1, keepdim=True) < limits[1] * 12 + 6)
    grown = F.one_hot(seed, rows * columns).view(batch, 1, rows, columns).to(lab.dtype)
    for _ in range(max(rows, columns)):
        grown = F.max_pool2d(grown, 3, stride=1, padding=1) * alike
    return -F.max_pool2d(-F.max_pool2d(grown, 3, stride=1, padding=1), 3, stride=1, padding=1)  # closes small holes


def _patches(cells: Tensor, most: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """One to `most` patches around cells (B, 1, h, w) that are 1: sample, top, left and side of each, in pixels."""
    batch, _, rows, columns = cells.shape
    device = cells.device
    inner = -F.max_pool2d(-cells, 3, stride=1, padding=1)  # rather not at the edge
    chance = torch.rand(batch, rows * columns, generator=generator, device=device)
    rank = (cells.flatten(1) * (chance + inner.flatten(1))).topk(most, dim=1)
    wanted = torch.randint(1, most + 1, (batch, 1), generator=generator, device=device)
    taken = (rank.values > 0) & (torch.arange(most, device=device) < wanted)
    sample, number = torch.where(taken)
    place = rank.indices[sample, number]
    side = torch.randint(2, 8, (len(sample),), generator=generator, device=device)
    top = (place // columns * CELL + CELL // 2 - side // 2).clamp(0, rows * CELL - SIDES)
    left = (place % columns * CELL + CELL // 2 - side // 2).clamp(0, columns * CELL - SIDES)
    return sample, top, left, side


def _around_the_middle(normal: Tensor, side: Tensor, length: int) -> Tensor:
    room = length - side
    return ((room + 1) / 2 + normal * (room + 1) / 4).long().clamp_min(0).minimum(room)


def _give(hint: Tensor, sample: Tensor, top: Tensor, left: Tensor, side: Tensor, colour: Tensor) -> None:
    """Write patches with their colours (P, 2) and a mask of 1 into `hint` (B, 3, H, W)."""
    line = torch.arange(SIDES, device=hint.device)
    inside = (line[None, :, None] < side[:, None, None]) & (line[None, None, :] < side[:, None, None])
    patch, down, across = torch.where(inside)
    value = F.pad(colour, (0, 1), value=1.0)
    hint[sample[patch], :, top[patch] + down, left[patch] + across] = value[patch]
