"""Photographs to train and to measure on: Parquet shards, folders, single files."""

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from colorizer.photo import SUFFIXES

Pixels = npt.NDArray[np.uint8]

_SUFFIXES = SUFFIXES - {".gif"}  # 256 colours teach no colour


@dataclass(frozen=True)
class PhotoSet:
    """Encoded pictures (bytes-like, or paths of files) and the group that each belongs to."""

    pictures: Sequence[Any]
    groups: Sequence[str]

    @classmethod
    def open(cls, paths: Sequence[Path]) -> "PhotoSet":
        """Read Parquet shards (columns `image`, `group`), folders (subfolders are groups) and picture files.

        Raises ValueError naming a path that is none of these, or when there is no picture at all.
        """
        pictures: list[Any] = []
        groups: list[str] = []
        for path in paths:
            if path.suffix == ".parquet" and path.is_file():
                import pyarrow.parquet as pq  # only training needs it

                table = pq.read_table(path, columns=["image", "group"])
                pictures += [cell.as_buffer() for cell in table["image"]]
                groups += table["group"].to_pylist()
            elif path.is_dir():
                found = sorted(p for p in path.rglob("*") if p.suffix.lower() in _SUFFIXES)
                pictures += found
                groups += [p.parent.name for p in found]
            elif path.suffix.lower() in _SUFFIXES and path.is_file():
                pictures.append(path)
                groups.append(path.parent.name)
            else:
                raise ValueError(f"{path}: not a Parquet shard, a folder or a picture file")
        if not pictures:
            raise ValueError(f"no pictures in {', '.join(map(str, paths))}")
        return cls(pictures, groups)

    def __len__(self) -> int:
        return len(self.pictures)

    def image(self, index: int) -> Image.Image:
        """Picture number `index`, decoded to RGB."""
        source = self.pictures[index]
        file = source if isinstance(source, Path) else io.BytesIO(source)
        with Image.open(file) as image:
            return image.convert("RGB")

    def __iter__(self) -> Iterator[Image.Image]:
        return (self.image(i) for i in range(len(self)))

    def spread(self, limit: int) -> "PhotoSet":
        """At most `limit` of the pictures, evenly spread over the set; 0 for all."""
        if not 0 < limit < len(self):
            return self
        chosen = [i * len(self) // limit for i in range(limit)]
        return PhotoSet([self.pictures[i] for i in chosen], [self.groups[i] for i in chosen])

    def weights(self, power: float) -> npt.NDArray[np.float64]:
        """The probability to draw each picture so that a group of n is drawn in proportion to n ** power."""
        counts = Counter(self.groups)
        weight = np.array([counts[group] ** (power - 1) for group in self.groups], dtype=np.float64)
        share: npt.NDArray[np.float64] = weight / weight.sum()
        return share
