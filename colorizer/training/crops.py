"""Random square crops of random photographs: read when they are needed, or all held on the device."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from rich.progress import track
from torch import Tensor

from colorizer.errors import InputError
from colorizer.lab import rgb_to_lab
from colorizer.training.photos import PhotoSet
from colorizer.training.recipe import DataRecipe

GREY_LIMIT = 5.0
"""A picture none of whose |a|, |b| exceeds this teaches only grey and is left out (Zhang et al. 2016)."""


class Crops(Protocol):
    """Where a batch's pictures come from."""

    def draw(self, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """A batch of crops, uint8 (B, 3, S, S), and the number of each picture's group (B,)."""


class ReadCrops:
    """Decodes each picture when it is drawn; a crop without colour is drawn again."""

    def __init__(self, photos: PhotoSet, recipe: DataRecipe) -> None:
        self._photos = photos
        self._recipe = recipe
        self._cumulative = np.cumsum(photos.weights(recipe.source_power))
        self._labels = photos.labels()

    def draw(self, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """See `Crops`. Raises InputError where there is no colour to be found."""
        seed = int(torch.randint(2**62, (1,), generator=generator))
        rng = np.random.default_rng(seed)
        drawn = [self._draw(rng) for _ in range(self._recipe.batch)]
        return torch.stack([pixels for pixels, _ in drawn]), torch.tensor([group for _, group in drawn])

    def _draw(self, rng: np.random.Generator) -> tuple[Tensor, int]:
        size = (self._recipe.crop, self._recipe.crop)
        for _ in range(1000):
            index = int(np.searchsorted(self._cumulative, rng.random() * self._cumulative[-1], side="right"))
            image = self._photos.image(index)
            side = min(image.size) * rng.uniform(self._recipe.zoom, 1)
            left, top = rng.uniform(0, image.width - side), rng.uniform(0, image.height - side)
            crop = image.resize(size, Image.Resampling.BILINEAR, box=(left, top, left + side, top + side))
            pixels = np.asarray(crop)
            if rng.random() < 0.5:
                pixels = pixels[:, ::-1]
            if _has_colour(pixels):
                return torch.from_numpy(pixels.copy()).permute(2, 0, 1), self._labels[index]
        raise InputError("a thousand pictures in a row were grey: train on photographs in colour")


class HeldCrops:
    """All pictures decoded once and held in the device's memory, so that nothing is done per picture afterwards."""

    def __init__(self, photos: PhotoSet, recipe: DataRecipe, device: torch.device, *, workers: int = 0) -> None:
        """Decode all pictures in `workers` processes; shows a bar.

        Raises InputError where no picture has colour, RuntimeError where the device's memory is too small.
        """
        self._recipe = recipe
        decoded = _decode_all(photos, workers)
        # Pixels of all pictures one after another, (N, 3), and where each picture begins.
        self._pixels = torch.cat([torch.from_numpy(pixels).to(device) for pixels, _ in decoded])
        sizes = torch.tensor([size for _, some in decoded for size in some])
        colour = torch.tensor([bool(height) for height, _ in sizes.tolist()])
        if not bool(colour.any()):
            raise InputError("all pictures are grey: train on photographs in colour")
        first = (sizes[:, 0] * sizes[:, 1]).cumsum(0) - sizes[:, 0] * sizes[:, 1]
        self._first, self._sizes = first[colour].to(device), sizes[colour].to(device)
        weights = torch.from_numpy(photos.weights(recipe.source_power))[colour]
        self._cumulative = weights.cumsum(0).to(device)
        self._labels = torch.tensor(photos.labels())[colour].to(device)

    def draw(self, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """See `Crops`; bilinear, without a low-pass filter."""
        batch, side = self._recipe.batch, self._recipe.crop
        device = self._pixels.device
        chance = torch.rand(5, batch, generator=generator, device=device, dtype=torch.float64)
        drawn = torch.searchsorted(self._cumulative, chance[0] * self._cumulative[-1], right=True)
        drawn = drawn.clamp(max=len(self._first) - 1)
        height, width = self._sizes[drawn].unbind(1)
        length = torch.minimum(height, width) * (self._recipe.zoom + (1 - self._recipe.zoom) * chance[1])
        line = (torch.arange(side, device=device) + 0.5) / side
        y = (height - length)[:, None] * chance[2][:, None] + length[:, None] * line - 0.5
        x = (width - length)[:, None] * chance[3][:, None] + length[:, None] * line - 0.5
        x = torch.where(chance[4][:, None] < 0.5, x.flip(1), x)
        crops = torch.zeros(batch, side, side, 3, device=device)
        for row, share_y in _taps(y, height):
            for column, share_x in _taps(x, width):
                place = self._first[drawn][:, None, None] + row[:, :, None] * width[:, None, None] + column[:, None]
                share = (share_y[:, :, None] * share_x[:, None]).float()
                crops += self._pixels[place] * share[..., None]
        return crops.round().byte().permute(0, 3, 1, 2), self._labels[drawn]


def _taps(at: Tensor, length: Tensor) -> list[tuple[Tensor, Tensor]]:
    """The two neighbours of each place of an axis and their shares."""
    low = at.floor()
    share, last = at - low, (length - 1)[:, None]
    return [(low.long().clamp_min(0).minimum(last), 1 - share), ((low.long() + 1).clamp_min(0).minimum(last), share)]


Decoded = tuple[npt.NDArray[np.uint8], list[tuple[int, int]]]
"""Pixels (N, 3) of some pictures one after another, and height and width of each, 0 for one without colour."""


def _decode_all(photos: PhotoSet, workers: int, some: int = 256) -> list[Decoded]:
    parts = [PhotoSet(photos.pictures[i : i + some], photos.groups[i : i + some]) for i in range(0, len(photos), some)]
    if not workers:
        return [_decode(part) for part in track(parts, description="decoding")]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return list(track(pool.map(_decode, parts), total=len(parts), description="decoding"))


def _decode(photos: PhotoSet) -> Decoded:
    pixels, sizes = [np.zeros((0, 3), np.uint8)], []
    for image in photos:
        array = np.asarray(image)
        small = np.asarray(image.reduce(max(1, min(image.size) // 32)))
        has_colour = _has_colour(small)
        sizes.append((image.height, image.width) if has_colour else (0, 0))
        if has_colour:
            pixels.append(array.reshape(-1, 3))
    return np.concatenate(pixels), sizes


def _has_colour(pixels: npt.NDArray[np.uint8]) -> bool:
    lab = rgb_to_lab(torch.from_numpy(pixels.copy()).permute(2, 0, 1) / 255)
    return bool((lab[1:].abs() > GREY_LIMIT).any())
