"""Lists of hints in files: one a line, as people write it; empty lines and those that begin with # say nothing."""

from collections.abc import Iterable
from pathlib import Path

from colorizer.errors import InputError
from colorizer.film.hints import TimedHint, read_timed_hint
from colorizer.texts import read_text

ENDING = ".txt"
"""By which the command tells a list from a hint."""

_MOST_BYTES = 1_000_000


def read_hints(texts: Iterable[str]) -> list[TimedHint]:
    """Hints as the command gets them: each is one, or names a list of them. Raises InputError and OSError."""
    return [
        hint for text in texts for hint in (read_list(Path(text)) if text.endswith(ENDING) else [read_timed_hint(text)])
    ]


def read_list(path: Path) -> list[TimedHint]:
    """The hints of a list. Raises OSError, and InputError that names file and line."""
    found = []
    for number, line in enumerate(read_text(path, most_bytes=_MOST_BYTES).splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            found.append(read_timed_hint(line))
        except InputError as error:
            raise InputError(f"{path}, line {number}: {error}") from error
    return found


def list_of(hints: Iterable[str], about: str) -> bytes:
    """A list as a file. about: A line for people, at its beginning."""
    return "".join(f"{line}\n" for line in (f"# {about}", *hints)).encode()
