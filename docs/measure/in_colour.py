"""How well `colorizer.files.in_colour` tells colour photographs from grey and toned ones; prints a table.

Usage: python -m docs.measure.in_colour ../shared/photos/validation.parquet [COUNT]
"""

import io
import sys

import numpy as np
import pyarrow.parquet as pq
from PIL import Image

from colorizer.files.in_colour import in_colour
from docs.measure.detector_pictures import COLOUR, GREY, TINTED


def main(shard: str, count: int = 150) -> None:
    """One row for each thing that is done to the photographs."""
    contents = pq.read_table(shard, columns=["image"])["image"]
    chosen = np.random.default_rng(0).permutation(len(contents))[:count]
    for truth, changes in (("grey", GREY), ("toned", TINTED), ("in colour", COLOUR)):
        for name, change in changes.items():
            found = 0
            for i in chosen:
                pixels = np.asarray(Image.open(io.BytesIO(contents[int(i)].as_py())).convert("RGB"))
                found += in_colour(change(pixels, np.random.default_rng(int(i))))
            print(f"| {name} | {truth} | {found / count:.3f} |", flush=True)  # noqa: T201 - a program's output


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
