"""Where the model is not sure of a photo: its mean confidence against how far its colours are from the true ones.

Usage: python -m docs.measure.unsure ../shared/photos/validation.parquet [COUNT]

A result is a wild guess when it is further from the photograph's colours than grey is, as the mean distance in ab.
"""

import io
import sys

import numpy as np
import pyarrow.parquet as pq
import torch
from PIL import Image

from colorizer.lab import rgb_to_lab
from colorizer.model import load


def main(shard: str, count: int = 400) -> None:
    """One row for each limit: photos below it, and how many of them, and of the others, are wild guesses."""
    colorizer = load()
    contents = pq.read_table(shard, columns=["image"])["image"]
    rows = []
    for i in np.random.default_rng(0).permutation(len(contents))[:count]:
        pixels = np.asarray(Image.open(io.BytesIO(contents[int(i)].as_py())).convert("RGB"))
        grey = np.repeat(np.asarray(Image.fromarray(pixels).convert("L"))[..., None], 3, axis=2)
        encoded = colorizer.encode(grey)
        true, painted = ab(pixels), ab(colorizer.paint(encoded))
        confidence = float(colorizer.confidence(encoded).mean())
        rows.append((confidence, np.hypot(*(painted - true)).mean(), np.hypot(*true).mean()))
    confidence, error, of_grey = np.array(rows).T
    wild = error > of_grey
    print(f"{wild.mean():.3f} of {count} are wild guesses")  # noqa: T201 - a program's output
    for limit in np.arange(0.40, 0.86, 0.03):
        below = confidence < limit
        counts = (f"{wild[part].mean() if part.any() else 0:.3f}" for part in (below, ~below))
        print(f"| {limit:.2f} | {below.mean():.3f} | {' | '.join(counts)} |")  # noqa: T201 - likewise


def ab(pixels: np.ndarray) -> np.ndarray:
    """Chroma (2, height, width) of uint8 RGB."""
    return rgb_to_lab(torch.from_numpy(np.array(pixels)).permute(2, 0, 1).float() / 255)[1:].numpy()


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
