"""Smaller copies of pictures for result pages; each belongs to a hosted picture and goes when that goes."""

import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

from bot.store.files import write_whole

_KEY = re.compile(r"[A-Za-z0-9_-]{8,80}(?:\.mp4)?")


class Size(Enum):
    """The sizes of a view, and the most pixels of its longest side."""

    LARGE = ("large", 1600)
    SMALL = ("small", 800)

    @property
    def label(self) -> str:
        """The size in names of files and in addresses."""
        return self.value[0]

    def of(self, width: int, height: int) -> tuple[int, int]:
        """Width and height of the view of a picture; never more than those of the picture."""
        scale = min(1.0, self.value[1] / max(width, height))
        return max(1, round(width * scale)), max(1, round(height * scale))


class Views:
    """A folder of JPEGs. The views of a side-by-side are those of the photo before it was coloured."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, key: str, size: Size, jpeg: bytes) -> None:
        """Keep a view of the hosted picture of that key. Raises OSError."""
        write_whole(self._path(key, size), jpeg)

    def read(self, key: str, size: Size) -> bytes | None:
        """The JPEG; None where there is none on this machine."""
        try:
            return self._path(key, size).read_bytes()
        except FileNotFoundError:
            return None

    def has(self, key: str) -> bool:
        """Whether both sizes are there."""
        return all(self._path(key, size).is_file() for size in Size)

    def drop(self, key: str) -> None:
        """Keep nothing of that picture."""
        for size in Size:
            self._path(key, size).unlink(missing_ok=True)

    def known(self) -> list[str]:
        """The pictures of which there are views on this machine."""
        return sorted(set(self._keys()))

    def _keys(self) -> Iterator[str]:
        for path in self._folder.glob("*.jpg") if self._folder.exists() else ():
            yield path.stem.rpartition(".")[0]

    def _path(self, key: str, size: Size) -> Path:
        """Raises ValueError for a key that could leave the folder."""
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key!r} is not a key of a hosted picture")
        return self._folder / f"{key}.{size.label}.jpg"
