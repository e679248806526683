"""Draws docs/aged.jpg: public photographs (scikit-image's), aged by hand, and what the default model makes of them.

Usage: python -m docs.measure.aged
Each row is one photograph; the pairs in it are the photograph aged in one way and its colourization. The model was
trained on aged lightness of other kinds, so this shows both how far that carries and where it fails.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage
from skimage import data as samples

from colorizer.model import Colorizer
from docs.measure.fresh import note

SHEET = Path(__file__).parents[2] / "docs/aged.jpg"
SIDE = 176  # pixels of each picture of the sheet
PHOTOS = {
    "astronaut": samples.astronaut()[:420, 20:440],
    "cat": samples.cat()[:, 60:360],
    "coffee": samples.coffee()[:, 80:480],
    "rocket": samples.rocket()[:, 110:530],
    "camera": np.repeat(samples.camera()[..., None], 3, axis=2),
}


def faded(L: np.ndarray, _rng: np.random.Generator) -> np.ndarray:
    """Little contrast left, the blacks gone."""
    return 70 + 0.55 * L


def dark(L: np.ndarray, _rng: np.random.Generator) -> np.ndarray:
    """Printed too dark."""
    return 255 * (L / 255) ** 1.9


def grainy(L: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Unsharp, with heavy grain."""
    return ndimage.gaussian_filter(L, 1.2) + ndimage.gaussian_filter(rng.normal(0, 40, L.shape), 0.7)


def damaged(L: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Scratches, a stain and a fold."""
    height, width = L.shape
    y, x = np.mgrid[:height, :width]
    worn = L - 55 * np.exp(-(((x - 0.7 * width) / (0.16 * width)) ** 2) - ((y - 0.3 * height) / (0.2 * height)) ** 2)
    for _ in range(14):
        slope, start = rng.normal(0, 0.06), rng.uniform(0, width)
        worn[np.abs(x - start - slope * y) < rng.uniform(0.4, 1.1)] = 240
    worn[np.abs(y - 0.55 * height) < 1.5] = 225
    return worn


AGES: tuple[Callable[[np.ndarray, np.random.Generator], np.ndarray], ...] = (faded, dark, grainy, damaged)


def main() -> None:
    """Write the sheet."""
    colorizer, rng = Colorizer.load(device="cpu"), np.random.default_rng(0)
    rows = []
    for pixels in PHOTOS.values():
        grey = np.asarray(Image.fromarray(pixels).convert("L"), np.float32)
        row = []
        for age in AGES:
            old = np.clip(age(grey, rng), 0, 255).astype(np.uint8)
            before = np.repeat(old[..., None], 3, axis=2)
            row += [_small(before), _small(colorizer.colorize(before))]
        rows.append(np.concatenate(row, axis=1))
    Image.fromarray(np.concatenate(rows)).save(SHEET, quality=88)
    note(SHEET)
    print(f"written: {SHEET}")  # noqa: T201 - a program for the command line


def _small(pixels: np.ndarray) -> np.ndarray:
    image = Image.fromarray(pixels)
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return np.asarray(image.crop((left, top, left + side, top + side)).resize((SIDE, SIDE), Image.Resampling.LANCZOS))


if __name__ == "__main__":
    main()
