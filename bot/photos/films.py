"""Films of strangers: looked at and coloured within limits, in a process of their own; each failure by its name."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused
from colorizer.film.errors import (
    BrokenFilm,
    FilmCrashed,
    FilmError,
    FilmTooCostly,
    FilmTooLarge,
    FilmTooLong,
    NotAFilm,
)
from colorizer.film.isolated import Coloured, Limits, Seen, Tell, colour_isolated, look_isolated

SHOWN = 7
"""Frames by which a film is judged."""

COMMENT = "Colours by a machine: a guess, not history"
"""What results say of themselves to who opens the file's properties; the film's own titles may name people."""

_OUTCOMES = {
    FilmTooLong: Outcome.FILM_TOO_LONG,
    FilmTooLarge: Outcome.FILM_TOO_LARGE,
    NotAFilm: Outcome.NOT_A_FILM,
    BrokenFilm: Outcome.BROKEN_FILM,
    FilmTooCostly: Outcome.FILM_TOO_COSTLY,
    FilmCrashed: Outcome.FILM_CRASHED,
}

_STILL = frozenset({b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1", b"crx "})
"""Brands of files that are built as films and hold pictures (ISO/IEC 23008-12)."""


def installed() -> bool:
    """Whether the extra `film` is there."""
    return all(find_spec(name) is not None for name in ("av", "cv2", "scenedetect"))


def may_move(data: bytes) -> bool:
    """Whether a file is a film, or a picture that may hold several frames, by how it begins."""
    if data[4:8] == b"ftyp":
        return data[8:12] not in _STILL
    animated_webp = data[:4] == b"RIFF" and data[8:16] == b"WEBPVP8X" and bool(data[20:21] and data[20] & 2)
    avi = data[:4] == b"RIFF" and data[8:12] == b"AVI "
    return animated_webp or avi or is_gif(data) or data.startswith(b"\x1aE\xdf\xa3")


def is_gif(data: bytes) -> bool:
    """Whether it is a GIF, of one frame or of several."""
    return data.startswith(b"GIF8")


def see(path: Path, url: str, limits: Limits) -> Seen:
    """A look at a film and some of its frames. url: where it came from. Raises Refused."""
    with _named(url):
        return look_isolated(path, SHOWN, limits=limits)


def colour(
    path: Path, out: Path, url: str, limits: Limits, *, sound: Path | None, weights: str, look: str, tell: Tell
) -> Coloured:
    """Colour a film, with a frame before and after. Arguments as for `colour_isolated`. Raises Refused."""
    with _named(url):
        return colour_isolated(
            path, out, sound=sound, limits=limits, weights=weights, look=look, comment=COMMENT, stills=True, tell=tell
        )


@contextmanager
def _named(url: str) -> Iterator[None]:
    try:
        yield
    except FilmError as error:
        raise Refused(_OUTCOMES[type(error)], f"{url}: {error}") from error
