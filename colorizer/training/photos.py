"""Photographs to train and to measure on: Parquet shards, tar files, folders, single files."""

import io
import tarfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from colorizer.photo import SUFFIXES

_SUFFIXES = SUFFIXES - {".gif", ".jxl"}  # 256 colours teach no colour; Pillow, which is used here, reads no JPEG XL


class Member(NamedTuple):
    """Where a picture lies in a tar file."""

    archive: Path
    offset: int
    size: int

    def read(self) -> bytes:
        """Its bytes."""
        with self.archive.open("rb") as file:
            file.seek(self.offset)
            return file.read(self.size)


@dataclass(frozen=True)
class PhotoSet:
    """Encoded pictures (bytes-like, paths of files or places in a tar file) and the group that each belongs to."""

    pictures: Sequence[Any]
    groups: Sequence[str]

    @classmethod
    def open(cls, paths: Sequence[Path]) -> "PhotoSet":
        """Read Parquet shards (columns `image`, `group`), tar files and folders (subfolders are groups), and pictures.

        A tar file must not be compressed, so that each picture can be read by itself.
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
            elif path.suffix == ".tar" and path.is_file():
                for member, group in _members(path):
                    pictures.append(member)
                    groups.append(group)
            elif path.is_dir():
                found = sorted(p for p in path.rglob("*") if p.suffix.lower() in _SUFFIXES)
                pictures += found
                groups += [p.parent.name for p in found]
            elif path.suffix.lower() in _SUFFIXES and path.is_file():
                pictures.append(path)
                groups.append(path.parent.name)
            else:
                raise ValueError(f"{path}: not a Parquet shard, a .tar file, a folder or a picture file")
        if not pictures:
            raise ValueError(f"no pictures in {', '.join(map(str, paths))}")
        return cls(pictures, groups)

    def __len__(self) -> int:
        return len(self.pictures)

    def image(self, index: int) -> Image.Image:
        """Picture number `index`, decoded to RGB."""
        source = self.pictures[index]
        if isinstance(source, Member):
            source = source.read()
        file = source if isinstance(source, Path) else io.BytesIO(source)
        with Image.open(file) as image:
            return image.convert("RGB")

    def __iter__(self) -> Iterator[Image.Image]:
        return (self.image(i) for i in range(len(self)))

    def labels(self) -> list[int]:
        """The number of each picture's group, in alphabetical order of the groups."""
        number = {group: i for i, group in enumerate(sorted(set(self.groups)))}
        return [number[group] for group in self.groups]

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


def square(image: Image.Image, side: int) -> Image.Image:
    """The central square of a picture at `side` x `side` pixels."""
    short = min(image.size)
    left, top = (image.width - short) // 2, (image.height - short) // 2
    return image.resize((side, side), Image.Resampling.BICUBIC, (left, top, left + short, top + short))


def _members(archive: Path) -> Iterator[tuple[Member, str]]:
    """The pictures of a tar file and the folder of each. Raises ValueError for a file that is no plain tar."""
    try:
        with tarfile.open(archive, "r:") as tar:
            for entry in tar:
                path = Path(entry.name)
                if entry.isreg() and path.suffix.lower() in _SUFFIXES:
                    yield Member(archive, entry.offset_data, entry.size), path.parent.name
    except tarfile.TarError as error:
        raise ValueError(
            f"{archive}: not a plain tar file ({error}); unpack it, or pack it without compression"
        ) from error
