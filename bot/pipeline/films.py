"""A film of a job, for the steps: may it be coloured, what is seen of it, and its colours."""

import json
import time
from dataclasses import replace
from pathlib import Path

from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused
from bot.domain.request import Request
from bot.domain.stages import Stage
from bot.photos import films
from bot.photos.fingerprint import fingerprint_of_files
from bot.pipeline import working
from bot.pipeline.jumps import Goto
from bot.pipeline.pictures import MACHINE_MADE, write_comparison, write_views
from bot.pipeline.tools import FilmTools, Tools
from bot.store import pictures
from bot.store.files import JobFiles
from bot.store.tables import Job, Photo
from colorizer.film.isolated import Seen


class Interrupted(Exception):
    """The bot is to stop while a film is being coloured. The same step goes on later from where it was."""


def refuse_unless_taken(job: Job, url: str, tools: Tools, seconds: float = 0) -> FilmTools:
    """What films are coloured with.

    seconds: how long it lasts, where that is known before it is fetched. Raises Refused where films are not coloured,
    where no host takes this one, or where it is too long.
    """
    if tools.films is None:
        raise Refused(Outcome.NO_FILMS, f"{url}: films are turned off (film.seconds), or the extra film is missing")
    try:
        tools.hosts.largest(job.nsfw, tools.native(job.subreddit), moving=True)
    except Refused as refused:
        raise Refused(Outcome.NO_FILMS, f"{url}: {refused.detail}") from refused
    most = tools.films.limits.length
    if most is not None and seconds > most + 1:
        raise Refused(Outcome.FILM_TOO_LONG, f"{url} lasts {seconds:g} s, longer than {most:g} s")
    return tools.films


def see(job: Job, photo: Photo, tools: Tools) -> Seen | None:
    """Some frames of a film; None for a GIF of one frame, which is a photo."""
    with_films = refuse_unless_taken(job, photo.url, tools)
    path = _original(job, photo, tools)
    seen = films.see(path, photo.url, with_films.limits)
    with path.open("rb") as file:
        if seen.frames == 1 and films.is_gif(file.read(8)):
            pictures.note(tools.engine, photo, moving=False)
            return None
    pictures.only_first(tools.engine, photo)
    return seen


def fingerprint_of(job: Job, photo: Photo, tools: Tools) -> str:
    """By which the very same film is known again, wherever it was posted."""
    files = (tools.files.read(job.id, name) for name in (JobFiles.original(photo.number), JobFiles.sound(photo.number)))
    return fingerprint_of_files(*(data for data in files if data is not None))


def colour(job: Job, photo: Photo, tools: Tools) -> list[str]:
    """Write the coloured film, a side-by-side of one of its frames, and thumbnails; returns notes for the asker.

    What is done of it stays when the process dies. Raises Refused, and Interrupted.
    """
    with_films = refuse_unless_taken(job, photo.url, tools)
    path, sound = _original(job, photo, tools), tools.files.path(job.id, JobFiles.sound(photo.number))
    [(made, _), *_] = pictures.colourizations_of(tools.engine, photo)
    settings = json.loads(made.settings)
    name = JobFiles.film(photo.number)
    most = tools.hosts.largest(job.nsfw, tools.native(job.subreddit), moving=True)
    done = films.colour(
        path,
        tools.files.path(job.id, name),
        photo.url,
        replace(with_films.limits, size=min(with_films.limits.size, most)),
        sound=sound if sound.exists() else None,
        weights=with_films.weights[settings["model"]],
        look=settings["style"],
        tell=_Telling(job, tools, with_films),
    )
    before, after = done.stills
    write_views(job, name, after, tools, xmp=MACHINE_MADE)
    write_comparison(job, photo, before, [after], tools)
    return _notes(Request.from_json(job.wanted or {}), silent=done.silent)


class _Telling:
    """Called as the work goes on: the asker is told once where it takes long, and the work stops with the bot."""

    def __init__(self, job: Job, tools: Tools, with_films: FilmTools) -> None:
        self._job, self._tools, self._films = job, tools, with_films
        self._began, self._told = time.monotonic(), False

    def __call__(self, _stage: str, _done: int, _total: int) -> None:
        if self._films.stopping():
            raise Interrupted
        if not self._told and time.monotonic() - self._began >= self._films.notice:
            self._told = True
            working.say(self._job, self._tools)


def _original(job: Job, photo: Photo, tools: Tools) -> Path:
    name = JobFiles.original(photo.number)
    path = tools.files.path(job.id, name)
    if not path.exists():
        raise Goto(Stage.FETCH, f"{name} is not on this machine")
    return path


def _notes(request: Request, *, silent: bool) -> list[str]:
    """What could not be done of what was asked for."""
    notes = {
        "A film has one result": request.variants > 1 or request.again,
        "I take hints for photos, not for films": bool(request.hints),
        "I take the colours of another picture for photos, not for films": request.like is not None,
        "Its sound is of a kind that the result cannot hold": silent,
    }
    return [note for note, applies in notes.items() if applies]
