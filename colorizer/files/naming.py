"""What results are called. No name is given twice, and nothing that was there before is written over unasked."""

import os
from collections.abc import Iterable
from pathlib import Path

from colorizer.photo import SUFFIXES
from colorizer.photo.labels import Origin, origin_of

_STRIPPED = SUFFIXES | {".heic", ".heif", ".jxr", ".psd", ".dng"}
"""Endings that a result's `.jpg` replaces; whatever else follows a dot belongs to the name, such as a year."""


class AlreadyThere(Exception):
    """The results of an earlier run are there."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is there already; --overwrite makes it anew")


class Names:
    """Gives names below a folder.

    out: The folder. sources: The files that were given, which are never written over. overwrite: Whether other files
    may be.
    """

    def __init__(self, out: Path, sources: Iterable[Path], *, overwrite: bool = False) -> None:
        self._out = out
        self._overwrite = overwrite
        self._folders: dict[Path, str] = {}
        self._next: dict[str, int] = {}
        self._taken = {self._key(path) for path in sources}

    def claim(
        self, origin: Origin, relative: Path, *, page: int | None = None, variants: int = 1
    ) -> list[tuple[int, Path]]:
        """Number and name of each variant of one picture: `a.jpg`, `a.v2.jpg`, and so on; of its page, `a.p2.jpg`.

        Where the name is taken by something else, a number follows it: `a.2.jpg`. Results of the same origin that are
        there already are left out, unless `overwrite` is set; raises `AlreadyThere` where that leaves none.
        """
        name = relative.stem if relative.suffix.lower() in _STRIPPED else relative.name
        stem = self._out / relative.parent / (name if page is None else f"{name}.p{page}")
        start = self._key(stem)
        number = self._next.get(start, 1)
        while True:
            base = stem.name if number == 1 else f"{stem.name}.{number}"
            paths = [stem.with_name(base + ("" if i == 1 else f".v{i}") + ".jpg") for i in range(1, variants + 1)]
            keys = [self._key(path) for path in paths]
            there = {path for path in paths if os.path.lexists(path)}
            ours = all(path.is_file() and origin_of(path) == origin for path in there)
            free = self._overwrite and not any(path.is_dir() for path in there)
            if self._taken.isdisjoint(keys) and (ours or free):
                break
            number += 1
        self._next[start] = number + 1
        self._taken.update(keys)
        left = [(i, path) for i, path in enumerate(paths, start=1) if self._overwrite or path not in there]
        if not left:
            raise AlreadyThere(paths[0])
        return left

    def _key(self, path: Path) -> str:
        """The same for two paths of one file, also on systems where Scan.jpg and scan.JPG are one."""
        if path.parent not in self._folders:
            self._folders[path.parent] = os.path.realpath(path.parent).casefold()
        return os.path.join(self._folders[path.parent], path.name.casefold())  # noqa: PTH118 - text, compared only
