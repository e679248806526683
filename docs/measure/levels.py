"""Measures what it brings to stretch the contrast of faded photos in the network's input; ages: `docs.measure.aged`.

Usage: python -m docs.measure.levels PATH...
PATH: photographs in colour that the model has not seen. Prints the mean distance of ab to the truth, in ab units.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from rich.progress import track
from torch.nn import functional as F

from colorizer.decoding import decode
from colorizer.lab import rgb_to_lab
from colorizer.model import Colorizer
from colorizer.training.photos import PhotoSet
from docs.measure.aged import AGES

PHOTOS = 200


def main() -> None:
    """Print one line for each way of ageing."""
    colorizer, rng = Colorizer.load(device="cpu"), np.random.default_rng(0)
    photos = PhotoSet.open([Path(path) for path in sys.argv[1:]])
    errors: dict[str, list[tuple[float, float]]] = {}
    for image in track(photos.spread(PHOTOS), total=PHOTOS, description="ageing and colouring"):
        pixels = np.asarray(image)
        truth = rgb_to_lab(torch.from_numpy(pixels.astype(np.float32) / 255).permute(2, 0, 1))[1:]
        grey = pixels.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
        for age in (None, *AGES):
            old = np.clip(grey if age is None else age(grey, rng), 0, 255).astype(np.uint8)
            L = colorizer.small_lightness(np.repeat(old[..., None], 3, axis=2))[None]
            plain = colorizer.network.paint(colorizer.network.encode(L))
            ab = decode(plain, colorizer.decoding, trained_rebalancing=colorizer.trained_rebalancing)
            pair = _error(ab, truth), _error(colorizer.chroma(L), truth)
            errors.setdefault(age.__name__ if age else "as it is", []).append(pair)
    for name, pairs in errors.items():
        plain_error, levelled_error = np.mean(pairs, axis=0)
        print(f"{name}: {plain_error:.2f} as the photo is, {levelled_error:.2f} levelled")  # noqa: T201


def _error(ab: torch.Tensor, truth: torch.Tensor) -> float:
    small = F.interpolate(truth[None], size=ab.shape[-2:], mode="area")
    return float((ab - small).norm(dim=1).mean())


if __name__ == "__main__":
    with torch.inference_mode():
        main()
