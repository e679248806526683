"""Training batches: cropped, aged and given simulated hints, all pictures of a batch at once.

Batch number `step` depends on the recipe's seed and `step` alone, so a resumed run sees what an unbroken one would.
"""

import torch
from torch import Tensor
from torch.utils.data import Dataset

from colorizer import bins
from colorizer.lab import rgb_to_lab, saturations
from colorizer.training import hints
from colorizer.training.ageing import age
from colorizer.training.crops import Crops, ReadCrops
from colorizer.training.objective import Batch
from colorizer.training.photos import PhotoSet
from colorizer.training.recipe import HintRecipe, Recipe


class Batches(Dataset[Batch]):
    """Item `step` is the whole batch of that step, on the device on which the crops are."""

    def __init__(
        self, photos: PhotoSet, recipe: Recipe, *, crops: Crops | None = None, device: torch.device | None = None
    ) -> None:
        self._recipe = recipe
        self._crops = crops or ReadCrops(photos, recipe.data)
        self._device = device or torch.device("cpu")

    def __getitem__(self, step: int) -> Batch:
        generator = torch.Generator(self._device).manual_seed(self._recipe.seed * 1_000_003 + step)
        crops, group = self._crops.draw(generator)
        return prepare(crops, group, self._recipe, generator)


def prepare(crops: Tensor, group: Tensor, recipe: Recipe, generator: torch.Generator) -> Batch:
    """A batch from crops, uint8 (B, 3, S, S), and their groups (B,)."""

    def share(of: float) -> Tensor:
        return torch.rand(len(crops), 1, 1, 1, generator=generator, device=crops.device) < of

    rgb = crops.float() / 255
    lab = rgb_to_lab(rgb)
    L, ab = lab[:, :1], lab[:, 1:]
    nowhere = torch.zeros_like(L)
    hint = torch.zeros_like(lab)
    condition = torch.zeros(len(crops), bins.CONDITION, device=crops.device)
    outside = stays = nowhere
    if recipe.hints is not None:
        condition = _conditions(rgb, ab, recipe.hints, generator)
        given = share(recipe.hints.share)
        hint = torch.where(given, hints.simulate(ab, recipe.hints, generator), hint)
        if recipe.hints.counterfactual:
            changed, false, outside, stays = hints.recolour(L, ab, generator)
            instead = given & share(recipe.hints.counterfactual) & (false[:, 2:].amax((2, 3), keepdim=True) > 0)
            ab, hint = torch.where(instead, changed, ab), torch.where(instead, false, hint)
            outside, stays = (torch.where(instead, mask, nowhere) for mask in (outside, stays))
            condition = torch.where(instead[:, :, 0, 0], 0.0, condition)
    if recipe.data.degrade:
        L = torch.where(share(recipe.data.degrade), age(L, generator), L)
    return Batch(L, ab, hint, condition, group, outside, stays)


def _conditions(rgb: Tensor, ab: Tensor, recipe: HintRecipe, generator: torch.Generator) -> Tensor:
    """Histogram and saturation of some pictures, one or both; zeros of the others. (B, 316)."""
    chance = torch.rand(2, len(ab), 1, generator=generator, device=ab.device)
    some, which = chance[0] < recipe.condition, chance[1] * 3
    histogram = torch.nn.functional.pad(bins.histograms(ab), (0, 1), value=1.0) * (some & (which < 2))
    saturation = torch.nn.functional.pad(saturations(rgb)[:, None], (0, 1), value=1.0) * (some & (which >= 1))
    return torch.cat([histogram, saturation], dim=1)
