"""Training batches: drawn, cropped, aged and given simulated hints.

Batch number `step` depends on the recipe's seed and `step` alone, so a resumed run sees what an unbroken one would.
"""

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F
from torch.utils.data import Dataset

from colorizer import bins
from colorizer.bins import AB_SCALE
from colorizer.lab import rgb_to_lab, saturation
from colorizer.training.objective import Batch
from colorizer.training.photos import PhotoSet
from colorizer.training.recipe import HintRecipe, Recipe

GREY_LIMIT = 5.0
"""A picture none of whose |a|, |b| exceeds this teaches only grey and is left out (Zhang et al. 2016)."""


class Batches(Dataset[Batch]):
    """Item `step` is the whole batch of that step."""

    def __init__(self, photos: PhotoSet, recipe: Recipe) -> None:
        self._photos = photos
        self._recipe = recipe
        self._cumulative = np.cumsum(photos.weights(recipe.data.group_power))
        self._labels = photos.labels()

    def __getitem__(self, step: int) -> Batch:
        rng = np.random.default_rng([self._recipe.seed, step])
        data, hints = self._recipe.data, self._recipe.hints
        L = torch.empty(data.batch, 1, data.crop, data.crop)
        ab = torch.empty(data.batch, 2, data.crop, data.crop)
        hint = torch.zeros(data.batch, 3, data.crop, data.crop)
        condition = torch.zeros(data.batch, bins.CONDITION)
        group = torch.empty(data.batch, dtype=torch.long)
        for i in range(data.batch):
            rgb, lab, group[i] = self._draw(rng)
            ab[i] = lab[1:]
            L[i] = age(lab[:1], rng) if rng.random() < data.degrade else lab[:1]
            if hints is None:
                continue
            if rng.random() < hints.share:
                simulate_hints(hint[i], ab[i], hints, rng)
            if rng.random() < hints.condition:
                told = rng.integers(3)  # both, or one of the two
                condition[i] = bins.global_condition(
                    ab[i] if told != 1 else None, saturation(rgb) if told != 2 else None
                )
        return Batch(L, ab, hint, condition, group)

    def _draw(self, rng: np.random.Generator) -> tuple[Tensor, Tensor, int]:
        """A random crop of a random picture that is not grey, as RGB in 0..1 and Lab (3, S, S), and its group."""
        data = self._recipe.data
        for _ in range(1000):
            index = int(np.searchsorted(self._cumulative, rng.random() * self._cumulative[-1], side="right"))
            image = self._photos.image(index)
            side = min(image.size) * rng.uniform(data.zoom, 1)
            left, top = rng.uniform(0, image.width - side), rng.uniform(0, image.height - side)
            crop = image.resize(
                (data.crop, data.crop), Image.Resampling.BILINEAR, box=(left, top, left + side, top + side)
            )
            pixels = np.asarray(crop)
            if rng.random() < 0.5:
                pixels = pixels[:, ::-1]
            rgb = torch.from_numpy(pixels.copy()).permute(2, 0, 1) / 255
            lab = rgb_to_lab(rgb)
            if bool((lab[1:].abs() > GREY_LIMIT).any()):
                return rgb, lab, self._labels[index]
        raise ValueError("a thousand pictures in a row were grey: train on photographs in colour")


def age(L: Tensor, rng: np.random.Generator) -> Tensor:
    """L (1, H, W) as an old print or a scan might hold it: gamma, contrast, blur, grain, scratches.

    Grain comes as large as a pixel or larger: in a small copy of a grainy print it is a texture, not noise.
    """
    L = 100 * (L.clamp(0, 100) / 100) ** float(np.exp(rng.normal(0, 0.25)))
    low, high = rng.uniform(0, 20), rng.uniform(75, 100)
    L = low + L * (high - low) / 100
    if rng.random() < 0.3:
        size = int(rng.choice([3, 5]))
        L = F.avg_pool2d(F.pad(L, [size // 2] * 4, mode="reflect"), size, stride=1)
    if rng.random() < 0.6:
        grain = torch.from_numpy(rng.standard_normal(tuple(L.shape), dtype=np.float32))
        if rng.random() < 0.5:
            grain = F.avg_pool2d(F.pad(grain, [1] * 4, mode="reflect"), 3, stride=1) * 2.5
        L = L + grain * rng.uniform(0, 8)
    for _ in range(rng.integers(1, 8) if rng.random() < 0.1 else 0):
        column = int(rng.integers(L.shape[2]))
        L[:, :, column : column + int(rng.integers(1, 3))] = rng.uniform(0, 100)
    return L.clamp(0, 100)


def simulate_hints(hint: Tensor, ab: Tensor, recipe: HintRecipe, rng: np.random.Generator) -> None:
    """Write simulated hints into `hint` (3, H, W) from the true `ab` (2, H, W).

    As released with Zhang et al. 2017: a geometric number of patches, sides 1 to 9, places normal around the middle,
    each with the mean colour of its patch. The recipe adds pictures with many hints and pictures given whole.
    """
    kind = rng.random()
    if kind < recipe.reveal:
        hint[:2] = ab / AB_SCALE
        hint[2] = 1
        return
    many = kind < recipe.reveal + recipe.many
    count = int(np.exp(rng.uniform(0, np.log(200)))) if many else int(rng.geometric(recipe.geometric)) - 1
    height, width = ab.shape[-2:]
    for _ in range(count):
        side = int(rng.integers(1, 10))
        top, left = (
            int(np.clip(rng.normal((n - side + 1) / 2, (n - side + 1) / 4), 0, n - side)) for n in (height, width)
        )
        place = (slice(None), slice(top, top + side), slice(left, left + side))
        hint[:2][place] = ab[place].mean(dim=(1, 2), keepdim=True) / AB_SCALE
        hint[2:][place] = 1
