"""A look at a film without colouring it: how long and how large it is, and some of its frames."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from colorizer.film.errors import BrokenFilm, FilmTooLong
from colorizer.pixels import Pixels

if TYPE_CHECKING:  # who starts a process of its own for films does not load PyAV
    from colorizer.film.reading import Film


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen. frames: How many. seconds: How long. width, height: Pixels, upright. pictures: Some of its frames.

    Pictures are uint8 sRGB (height, width, 3), upright, in the order of the film.
    """

    frames: int
    seconds: float
    width: int
    height: int
    pictures: tuple[Pixels, ...]


def look(
    film: "Film",
    count: int,
    *,
    most_frames: int | None = None,
    most_seconds: float | None = None,
    most_pixels: int | None = None,
) -> Seen:
    """Read a film to its end.

    count: Frames that are shown, spread evenly; all of a shorter film.

    Raises FilmTooLong and FilmTooLarge for one that is beyond the limits, and BrokenFilm where there is no frame.
    """
    name = film.path.name
    film.check_size(most_pixels)
    if most_seconds is not None and film.seconds > most_seconds + 1:  # what a file says of its length is a rough guess
        raise FilmTooLong(f"{name} lasts {film.seconds:.0f} s, longer than {most_seconds:g} s")
    kept: list[Pixels] = []
    every, frames, seconds = 1, 0, 0.0
    for frame in film.pictures():
        if most_frames is not None and frames >= most_frames:
            raise FilmTooLong(f"{name} has more than {most_frames:,} frames")
        seconds = max(seconds + float(1 / film.rate), frame.time or 0.0)
        if most_seconds is not None and seconds > most_seconds + 1:
            raise FilmTooLong(f"{name} lasts longer than {most_seconds:g} s")
        if frames % every == 0:
            kept.append(film.upright(frame))
            if len(kept) == 2 * count:  # of a film whose length nobody knows, every second of those so far
                kept, every = kept[::2], 2 * every
        frames += 1
    if not kept:
        raise BrokenFilm(f"{name} holds no frame that can be decoded")
    chosen = [kept[(2 * number + 1) * len(kept) // (2 * count)] for number in range(count)]
    height, width = kept[0].shape[:2]
    return Seen(frames, seconds, width, height, tuple(chosen if len(kept) >= count else kept))


def still(film: "Film", number: int) -> Pixels:
    """One frame, by its number, uint8 sRGB (height, width, 3), upright; the last one of a shorter film."""
    found = None
    for place, frame in enumerate(film.pictures()):
        found = frame
        if place == number:
            break
    if found is None:
        raise BrokenFilm(f"{film.path.name} holds no frame that can be decoded")
    return film.upright(found)
