"""The HTTP API of the studio for one film: its frames, each as the page knows a photo, and what spans all of them."""

from dataclasses import asdict
from typing import Annotated, Literal

import numpy as np
import torch
from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator

from colorizer.film.correcting import Correcting, FrameHint
from colorizer.hints import colour_text, read_colour
from colorizer.looks import LOOKS
from colorizer.photo import Photo, encode_jpeg
from colorizer.pixels import Pixels
from colorizer.studio import answers
from colorizer.studio.correction import MOST_HINTS, ColourText, Correction, PerCent, PlacedHint
from colorizer.studio.film_place import ColouringRun, FilmPlace
from colorizer.studio.opened import Opened
from colorizer.studio.painter import Painter
from colorizer.studio.router import ActionDone, Suggested, suggested
from colorizer.studio.routes import bytes_answer, page_router

SHOWN, THUMB, SMALL = (1600, 1200), (160, 120), (320, 240)
"""Most pixels across and down of the frame that is worked on, of a shot's picture, and of a neighbour's."""

_FORGETFUL = {"Cache-Control": "no-store"}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PlacedInFilm(_Strict):
    """A colour that is known at a place of a frame; it spreads through the shot."""

    frame: Annotated[int, Field(ge=0)]
    x: PerCent
    y: PerCent
    colour: ColourText

    @field_validator("colour")
    @classmethod
    def _known(cls, colour: str) -> str:
        read_colour(colour)
        return colour


class FilmCorrection(_Strict):
    """Everything that a person changed on one film."""

    hints: Annotated[list[PlacedInFilm], Field(max_length=MOST_HINTS)] = []
    look: Literal["natural", "vivid", "soft"] = "natural"

    def in_film(self) -> tuple[FrameHint, ...]:
        """The hints, for `Correcting`."""
        return tuple(FrameHint(one.frame, one.x / 100, one.y / 100, one.colour) for one in self.hints)


class FilmPoint(_Strict):
    """A place of a frame, and what was corrected already elsewhere."""

    x: PerCent
    y: PerCent
    most: int = Field(default=5, ge=1, le=12, description="At most so many colours.")
    correction: FilmCorrection = FilmCorrection()


class Shot(BaseModel):
    """A shot: its first frame, and the one behind its last."""

    start: int
    stop: int


class AboutFilm(BaseModel):
    """What the page has to know of the film.

    width, height: Upright, with square pixels. start: What was saved last. result: Name of the film in colour.
    """

    kind: Literal["film"] = "film"
    name: str
    width: int
    height: int
    frames: int
    shots: list[Shot]
    looks: tuple[str, ...]
    start: FilmCorrection
    result: str
    limits: dict[str, int]


class Progress(BaseModel):
    """How far the run is that colours the film; see `colorizer.studio.film_place.Running`."""

    state: Literal["idle", "running", "done", "stopped", "failed"]
    stage: str
    done: int
    total: int
    seconds: float | None
    message: str


def film_router(painter: Painter, name: str, correcting: Correcting, place: FilmPlace, run: ColouringRun) -> APIRouter:
    """The page and its API as routes relative to a folder.

    painter: Suggests colours at places. name: The film's own.
    """
    router = page_router("one film")
    Number = Annotated[int, Path(ge=0)]

    @router.get("/about")
    def about() -> AboutFilm:
        """How long and large the film is, its shots, and what was changed already."""
        width, height = correcting.size
        start = FilmCorrection(hints=[_placed(hint) for hint in place.last()])
        shots = [Shot(start=first, stop=stop) for first, stop in correcting.plan.shot_ranges()]
        return AboutFilm(
            name=name,
            width=width,
            height=height,
            frames=correcting.plan.frames,
            shots=shots,
            looks=LOOKS,
            start=start,
            result=place.own()[0].name,
            limits={"hints": MOST_HINTS},
        )

    @router.get("/times", response_class=Response)
    def times() -> Response:
        """When each frame is shown, and when the last one ends: float32 in seconds, little-endian."""
        return bytes_answer(correcting.seconds().astype("<f4").tobytes())

    @router.get("/frames/{number}/photo.jpg", response_class=Response)
    def photo(number: Number) -> Response:
        """The frame as it is."""
        return _jpeg(correcting.grey(number, SHOWN), 90)

    @router.get("/frames/{number}/thumb.jpg", response_class=Response)
    def thumb(number: Number) -> Response:
        """The frame as it is, small."""
        return _jpeg(correcting.grey(number, THUMB), 80)

    @router.get("/frames/{number}/guide", response_class=Response)
    def guide(number: Number) -> Response:
        """L of the copy that the network sees: two uint16, its height and width, then L in steps of 1/600."""
        L = correcting.lightness(number)
        size = np.array(L.shape, "<u2").tobytes()
        return bytes_answer(size + answers.guide(torch.from_numpy(L)[None]))

    @router.post("/frames/{number}/colours", response_class=Response)
    def colours(number: Number, correction: FilmCorrection) -> Response:
        """The frame's colours, with all hints of the film, as the studio for a photo gives them; one layer."""
        return bytes_answer(answers.frame_colours(correcting.colours(number, correction.in_film(), correction.look)))

    @router.post("/frames/{number}/picture.jpg", response_class=Response)
    def picture(number: Number, correction: FilmCorrection) -> Response:
        """The frame in colour, small."""
        return _jpeg(correcting.picture(number, correction.in_film(), correction.look, most=SMALL), 85)

    @router.post("/frames/{number}/suggest")
    def suggest(number: Number, place: FilmPoint) -> list[Suggested]:
        """Colours that are plausible at a place of the frame, most likely first."""
        given = correcting.given(number, place.correction.in_film())
        hints = [PlacedHint(x=100 * one.x, y=100 * one.y, colour=colour_text(one.colour)) for one in given]
        frame = Opened(("frame", number), name, lambda: _photo(correcting, number))
        return suggested(painter.suggest(frame, Correction(hints=hints), place.x, place.y, place.most))

    @router.post("/save")
    def save(correction: FilmCorrection) -> ActionDone:
        """Write the list of hints beside the film."""
        file, command = place.save(correction.in_film(), correction.look)
        return ActionDone(message=f"Saved as {file.name}, in {file.parent}. To colour the film: {command}", link=None)

    @router.post("/colour")
    def colour(correction: FilmCorrection) -> ActionDone:
        """Save the list and colour the whole film beside it; `progress` says how far it is."""
        hints = correction.in_film()
        place.save(hints, correction.look)
        out, _ = place.own()
        run.start(out, [correcting.timed(hint) for hint in hints], correction.look)
        return ActionDone(message=f"Colouring {out.name}", link=None)

    @router.get("/progress")
    def progress() -> Progress:
        """How far the film is."""
        return Progress(**asdict(run.now))

    @router.post("/stop")
    def stop() -> ActionDone:
        """Stop colouring. What is done of it is kept."""
        run.stop()
        return ActionDone(message="Stopping", link=None)

    return router


def _placed(hint: FrameHint) -> PlacedInFilm:
    return PlacedInFilm(frame=hint.frame, x=round(100 * hint.x, 3), y=round(100 * hint.y, 3), colour=hint.colour)


def _photo(correcting: Correcting, number: int) -> Photo:
    grey = correcting.grey(number, SHOWN)
    return Photo(np.repeat(grey[..., None], 3, axis=2), "film")


def _jpeg(pixels: Pixels, quality: int) -> Response:
    colour = np.ascontiguousarray(np.repeat(pixels[..., None], 3, axis=2) if pixels.ndim == 2 else pixels)
    return Response(encode_jpeg(colour, quality=quality), media_type="image/jpeg", headers=_FORGETFUL)
