"""`colorizer studio PHOTO`: the studio on a photo of one's own. Picture and hint list are saved beside it."""

import secrets
from pathlib import Path

from fastapi import FastAPI, HTTPException, Request, Response
from pydantic import ValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException

from colorizer.errors import InputError
from colorizer.files.batch import write
from colorizer.files.unfit import why_unfit
from colorizer.model import Colorizer
from colorizer.photo import Photo, decode_file
from colorizer.studio.correction import Correction
from colorizer.studio.guard import Guard
from colorizer.studio.opened import Action, Done, Opened
from colorizer.studio.painter import Painter
from colorizer.studio.router import refusal, studio_router
from colorizer.studio.serve import LOOPBACK

ENDING = ".colours.json"
"""Of the file that holds a correction, behind the photo's name without its own ending."""


class Workplace:
    """One photo on disk, and what is saved beside it.

    Nothing that was there before is written over: a second run saves under the next free name, and begins with the
    newest correction that was saved.
    """

    def __init__(self, path: Path, *, max_pixels: int) -> None:
        self._path = path
        self._max_pixels = max_pixels
        self._saved: tuple[Path, Path] | None = None
        if why := why_unfit(self.read().pixels):
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
            raise InputError(f"{file} holds no list of hints as the studio saves it: {error}") from error

    def save(self, picture: bytes, correction: Correction) -> Path:
        """Write both; the second time in one run over the first. Returns the picture's path. Raises InputError."""
        if self._saved is None:
            number = 1
            while any(path.exists() for path in self.names(number)):
                number += 1
            self._saved = self.names(number)
        try:
            write(self._saved[0], picture)
            write(self._saved[1], correction.model_dump_json(indent=1, exclude_defaults=True).encode() + b"\n")
        except OSError as error:
            raise InputError(f"cannot save {self._saved[0]}: {error.strerror or error}") from error
        return self._saved[0]


def studio_app(model: Colorizer, path: Path, *, max_pixels: int = 150_000_000) -> tuple[FastAPI, str]:
    """The application, and the path of its page, which only who started it knows.

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
        if not secrets.compare_digest(given.encode(), token.encode()):
            raise HTTPException(404, "There is nothing here. Please use the address that the command printed.")
        return photo

    app = FastAPI(title="colorizer studio", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)

    @app.exception_handler(StarletteHTTPException)
    def missing(_: Request, error: StarletteHTTPException) -> Response:
        return refusal(error.status_code, str(error.detail))

    app.include_router(studio_router(painter, opened), prefix="/{given}")
    app.add_middleware(Guard, hosts=LOOPBACK, most_picture=0, pictures=())
    return app, f"/{token}/"
