"""`colorizer studio FILE`: the studio on a photo or a film of one's own. Result and hint list are saved beside it."""

import mimetypes
import secrets
from collections.abc import Callable
from pathlib import Path

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from PIL import Image, UnidentifiedImageError
from pydantic import ValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException

from colorizer.errors import InputError
from colorizer.files.unfit import why_unfit
from colorizer.model import Colorizer
from colorizer.photo import Photo, decode_file
from colorizer.photo.errors import NotAnImage, UnsupportedImage
from colorizer.studio.correction import Correction
from colorizer.studio.guard import Guard
from colorizer.studio.opened import Action, Done, Opened
from colorizer.studio.painter import Painter
from colorizer.studio.router import studio_router
from colorizer.studio.routes import problem, refusal
from colorizer.studio.serve import LOOPBACK
from colorizer.whole_files import write_whole

ENDING = ".colours.json"
"""Of the file that holds a correction, behind the photo's name without its own ending."""

_MOVING = ("GIF", "WEBP")
"""Pictures of which the frames after the first are shown too."""

_STILL = (b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1")
"""Brands of files that are built as films and hold pictures (ISO/IEC 23008-12)."""

_FRAME_BYTES = 60_000_000
"""Of frames that are kept for suggestions."""


class Workplace:
    """One photo on disk, and what is saved beside it.

    Nothing that was there before is written over: a second run saves under the next free name, and begins with the
    newest correction that was saved.
    """

    def __init__(self, path: Path, *, max_pixels: int) -> None:
        self._path = path
        self._max_pixels = max_pixels
        self._saved: tuple[Path, Path] | None = None
        try:
            pixels = self.read().pixels
        except UnsupportedImage:
            raise
        except NotAnImage as error:
            raise InputError(f"{error} Films, clips and moving GIFs can be opened too.") from error
        if why := why_unfit(pixels):
            raise InputError(f"{path} {why}")

    def read(self) -> Photo:
        """The photo. Raises OSError and PhotoError."""
        return decode_file(self._path, max_pixels=self._max_pixels)

    def names(self, number: int) -> tuple[Path, Path]:
        """Of the picture and of the correction."""
        stem = self._path.stem if number == 1 else f"{self._path.stem}.{number}"
        return self._path.with_name(f"{stem}.coloured.jpg"), self._path.with_name(f"{stem}{ENDING}")

    def last(self) -> Correction:
        """What was saved last, or nothing changed. Raises InputError for a file that holds something else."""
        number = 1
        while self.names(number + 1)[1].exists():
            number += 1
        _, file = self.names(number)
        if not file.exists():
            return Correction()
        try:
            return Correction.model_validate_json(file.read_bytes())
        except ValidationError as error:
            wrong = "; ".join(map(problem, error.errors()[:3]))
            raise InputError(
                f"{file} holds no list of hints as the studio saves it ({wrong}); mend it, or move it away"
            ) from error

    def save(self, picture: bytes, correction: Correction) -> Path:
        """Write both; the second time in one run over the first. Returns the picture's path. Raises InputError."""
        if self._saved is None:
            number = 1
            while any(path.exists() for path in self.names(number)):
                number += 1
            self._saved = self.names(number)
        try:
            write_whole(self._saved[0], picture)
            write_whole(self._saved[1], correction.model_dump_json(indent=1, exclude_defaults=True).encode() + b"\n")
        except OSError as error:
            raise InputError(f"cannot save {self._saved[0]}: {error.strerror or error}") from error
        return self._saved[0]


def studio_app(model: Colorizer, path: Path, *, max_pixels: int = 150_000_000) -> tuple[FastAPI, str]:
    """The application for a photo, and the path of its page, which only who started it knows.

    Raises OSError and PhotoError for a photo that cannot be read, InputError for a picture that is no photograph and
    for a damaged hint list beside it.
    """
    place, painter = Workplace(path, max_pixels=max_pixels), Painter(model)
    start, token = place.last(), secrets.token_urlsafe(16)

    def save(correction: Correction) -> Done:
        saved = place.save(painter.picture(photo, correction), correction)
        return Done(f"Saved as {saved.name}, with its list of hints, in {saved.parent}")

    photo = Opened("photo", path.name, place.read, start, Action("Save beside the photo", save))

    def opened(given: str) -> Opened:
        _check(given, token)
        return photo

    app = _app()
    app.include_router(studio_router(painter, opened), prefix="/{given}")
    return app, f"/{token}/"


def film_app(
    model: Colorizer, path: Path, *, weights: str = "compact", tell: Callable[[int, int], None] = lambda _, __: None
) -> tuple[FastAPI, str]:
    """The same for a film, which is read to its end first; needs the extra `film`.

    weights: Name of the model's weights. tell: Called with the frames that were read, and how many there seem to be.

    Raises OSError, FilmError for what cannot be coloured, and InputError for a list of hints that does not fit.
    """
    from colorizer.studio.film_place import ColouringRun, FilmPlace, opened_film
    from colorizer.studio.film_router import film_router

    correcting, token = opened_film(model, path, tell), secrets.token_urlsafe(16)
    place = FilmPlace(path, correcting)
    place.last()  # a list that does not fit is said now

    def check(given: str) -> None:
        _check(given, token)

    app, run = _app(), ColouringRun(model, path, weights)
    painter = Painter(model, most_bytes=_FRAME_BYTES)
    app.include_router(
        film_router(painter, path.name, correcting, place, run), prefix="/{given}", dependencies=[Depends(check)]
    )
    return app, f"/{token}/"


def is_film(path: Path) -> bool:
    """Whether a file is to be opened as a film: what moves, what holds sound, and a broken file with a film's name.

    Raises OSError, and ImportError where it may be a film and the extra `film` is missing.
    """
    with path.open("rb") as file:
        begins = file.read(12)
        try:
            with Image.open(file) as image:
                return bool(getattr(image, "is_animated", False)) and image.format in _MOVING
        except UnidentifiedImageError:
            pass
        except (OSError, Image.DecompressionBombError, SyntaxError, ValueError):  # a picture that is damaged
            return False
    if begins[4:8] == b"ftyp" and begins[8:12] in _STILL:
        return False
    named = (mimetypes.guess_type(path.name)[0] or "").startswith(("video/", "audio/"))
    try:
        from colorizer.film.container import opened
        from colorizer.film.errors import NotAFilm
    except ImportError:
        if named:
            raise
        return False
    try:
        with opened(path) as container:
            moves = bool(container.streams.video) and "_pipe" not in container.format.name
    except NotAFilm:
        return named
    return moves or named


def _app() -> FastAPI:
    app = FastAPI(title="colorizer studio", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)

    @app.exception_handler(StarletteHTTPException)
    def missing(_: Request, error: StarletteHTTPException) -> Response:
        return refusal(error.status_code, str(error.detail))

    app.add_middleware(Guard, hosts=LOOPBACK, most_picture=0, pictures=())
    return app


def _check(given: str, token: str) -> None:
    if not secrets.compare_digest(given.encode(), token.encode()):
        raise HTTPException(404, "There is nothing here. Please use the address that the command printed.")
