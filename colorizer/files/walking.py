"""Which pictures are meant: files as they are named, folders searched, and a word on everything that is left out."""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from colorizer.errors import remedy
from colorizer.photo import SUFFIXES, NotAnImage, UnsupportedImage, kind_of
from colorizer.photo.labels import origin_of

RUBBISH = frozenset({".DS_Store", "Thumbs.db", "ehthumbs.db", "desktop.ini", ".directory", ".picasa.ini", "Icon\r"})
"""Files that systems leave in folders of pictures; passed over without a word, as is what begins with `._`."""

RUBBISH_FOLDERS = frozenset({"__MACOSX", "@eaDir", ".thumbnails", ".picasaoriginals", ".git"})

_START = 4096
"""Bytes of a file that tell what it is."""

Say = Callable[[Path, str, bool], None]
"""Told of a file that is left out: its path, why, and whether that is a failure."""


@dataclass(frozen=True, slots=True)
class Source:
    """A picture to colour. relative: its path below the folder that was named; named: it was named itself."""

    path: Path
    relative: Path
    named: bool


def walk(sources: Sequence[Path], out: Path, say: Say, *, force: bool = False) -> Iterator[Source]:
    """The pictures among and below the sources, told by content, each once.

    out: Where results go; below a source it is not searched. Nor is any other result of this program a source, unless
    it is named and `force` is given.
    """
    seen: set[str] = set()
    results = os.path.realpath(out)
    for source in sources:
        if source.is_dir():
            candidates: Iterator[Source] = (
                Source(path, path.relative_to(source), False) for path in _below(source, results, say)
            )
        else:
            candidates = iter([Source(source, Path(source.name), True)])
        empty = True
        for one in candidates:
            empty = False
            real = os.path.realpath(one.path)
            if real in seen:
                say(one.path, "is named twice; coloured once", False)
            elif _is_picture(one, say, force=force):
                seen.add(real)
                yield one
        if empty and os.access(source, os.R_OK):
            say(source, "is an empty folder; name one that holds pictures", True)


def _below(folder: Path, results: str, say: Say) -> Iterator[Path]:
    def refused(error: OSError) -> None:
        say(Path(error.filename or folder), f"cannot be searched: {error.strerror}", True)

    start = os.path.realpath(folder)
    for parent, folders, files in os.walk(folder, onerror=refused):
        inside = []
        for name in sorted(folders):
            path = Path(parent, name)
            if path.is_symlink():
                say(path, "is a link to a folder; name it to have it searched", False)
            elif name not in RUBBISH_FOLDERS and (os.path.realpath(path) != results or results == start):
                inside.append(name)
        folders[:] = inside
        for name in sorted(files):
            if name not in RUBBISH and not name.startswith("._"):
                yield Path(parent, name)


def _is_picture(source: Source, say: Say, *, force: bool) -> bool:
    path = source.path
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            say(path, "is neither a file nor a folder", source.named)
            return False
        with path.open("rb") as stream:
            start = stream.read(_START)
        kind = kind_of(start)
        if kind == "JPEG" and origin_of(path) is not None and not (source.named and force):
            say(path, "is a result of this program", False)
            return False
    except FileNotFoundError as error:
        say(path, "is a link that leads nowhere; name the file itself" if path.is_symlink() else remedy(error), True)
    except OSError as error:
        say(path, f"cannot be read: {remedy(error)}", True)
    except NotAnImage as error:
        meant = source.named or isinstance(error, UnsupportedImage) or path.suffix.lower() in SUFFIXES
        say(path, str(error), meant)
    else:
        return True
    return False
