"""Photographs to train and to measure on: Parquet shards, tar files, folders, single files."""

import tarfile
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from colorizer.errors import InputError
from colorizer.photo import SUFFIXES, PhotoError, decode

_SUFFIXES = SUFFIXES - {".gif"}  # 256 colours teach no colour
_MOST_PIXELS = 150_000_000


class Member(NamedTuple):
    """Where a picture lies in a tar file."""

    archive: Path
    offset: int
    size: int

    def __str__(self) -> str:
        return f"{self.archive}, the picture at byte {self.offset}"

    def read(self) -> bytes:
        """Its bytes."""
        with self.archive.open("rb") as file:
            file.seek(self.offset)
            return file.read(self.size)


@dataclass(frozen=True)
class PhotoSet:
    """Encoded pictures, and where they come from.

    pictures: bytes-like, paths of files or places in a tar file.
    groups: what each picture shows.
    sources: the collection that each picture is from; the groups where nothing is said.
    """

    pictures: Sequence[Any]
    groups: Sequence[str]
    sources: Sequence[str] = ()

    def __post_init__(self) -> None:
        if not self.sources:
            object.__setattr__(self, "sources", self.groups)

    @classmethod
    def open(cls, paths: Sequence[Path]) -> "PhotoSet":
        """Read Parquet shards, tar files and folders (subfolders are groups), and pictures.

        A Parquet shard has the columns `image` and `group`, and may have `source`.

        A tar file must not be compressed, so that each picture can be read by itself.
        Raises InputError naming a path that is none of these, or when there is no picture at all.
        """
        pictures: list[Any] = []
        groups: list[str] = []
        sources: list[str] = []
        for path in paths:
            if path.suffix == ".parquet" and path.is_file():
                for column, more in zip((pictures, groups, sources), _columns(path), strict=True):
                    column += more
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
                what = "is none of these" if path.exists() else "is not there"
                raise InputError(f"{path} {what}: name a Parquet shard, a .tar file, a folder or a picture file")
            sources += groups[len(sources) :]
        if not pictures:
            raise InputError(f"no pictures in {', '.join(map(str, paths))}: name folders or files that hold some")
        return cls(pictures, groups, sources)

    def __len__(self) -> int:
        return len(self.pictures)

    def image(self, index: int) -> Image.Image:
        """Picture number `index` as a viewer shows it, upright and in sRGB.

        Raises InputError that names a picture which cannot be read.
        """
        source = self.pictures[index]
        try:
            if isinstance(source, Member):
                content = source.read()
            else:
                content = source.read_bytes() if isinstance(source, Path) else bytes(source)
            return Image.fromarray(decode(content, max_pixels=_MOST_PIXELS).pixels)
        except (OSError, PhotoError) as error:
            name = source if isinstance(source, Path | Member) else f"picture {index + 1}"
            raise InputError(f"{name}: cannot be read as a picture, so take it out: {error}") from error

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
        return self._chosen([i * len(self) // limit for i in range(limit)])

    def only(self, sources: Collection[str]) -> "PhotoSet":
        """The pictures of these sources."""
        return self._chosen([i for i, source in enumerate(self.sources) if source in sources])

    def showing(self, groups: Collection[str]) -> "PhotoSet":
        """The pictures of these groups."""
        return self._chosen([i for i, group in enumerate(self.groups) if group in groups])

    def without(self, sources: Collection[str]) -> "PhotoSet":
        """The pictures of all other sources."""
        return self.only(set(self.sources) - set(sources))

    def weights(self, power: float) -> npt.NDArray[np.float64]:
        """The probability to draw each picture so that a source of n is drawn in proportion to n ** power."""
        counts = Counter(self.sources)
        weight = np.array([counts[source] ** (power - 1) for source in self.sources], dtype=np.float64)
        share: npt.NDArray[np.float64] = weight / weight.sum()
        return share

    def _chosen(self, places: Sequence[int]) -> "PhotoSet":
        return PhotoSet(*([column[i] for i in places] for column in (self.pictures, self.groups, self.sources)))


def square(image: Image.Image, side: int) -> Image.Image:
    """The central square of a picture at `side` x `side` pixels."""
    short = min(image.size)
    left, top = (image.width - short) // 2, (image.height - short) // 2
    return image.resize((side, side), Image.Resampling.BICUBIC, (left, top, left + short, top + short))


def _columns(shard: Path) -> tuple[list[Any], list[str], list[str]]:
    """Pictures, groups and sources of a Parquet shard. Raises InputError for a file that is none."""
    import pyarrow as pa  # only training needs it
    import pyarrow.parquet as pq

    try:
        names = pq.read_schema(shard).names
        if missing := {"image", "group"} - set(names):
            raise InputError(f"{shard}: lacks the columns {', '.join(sorted(missing))}; it has {', '.join(names)}")
        named = "source" if "source" in names else "group"
        table = pq.read_table(shard, columns=["image", "group", *{named} - {"group"}])
    except pa.ArrowException as error:
        raise InputError(f"{shard}: not a Parquet shard, or a damaged one: {error}") from error
    return [cell.as_buffer() for cell in table["image"]], table["group"].to_pylist(), table[named].to_pylist()


def _members(archive: Path) -> Iterator[tuple[Member, str]]:
    """The pictures of a tar file and the folder of each. Raises InputError for a file that is no plain tar."""
    try:
        with tarfile.open(archive, "r:") as tar:
            for entry in tar:
                path = Path(entry.name)
                if entry.isreg() and path.suffix.lower() in _SUFFIXES:
                    yield Member(archive, entry.offset_data, entry.size), path.parent.name
    except tarfile.TarError as error:
        raise InputError(
            f"{archive}: not a plain tar file ({error}); unpack it, or pack it without compression"
        ) from error
