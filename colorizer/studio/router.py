"""The studio's page and its HTTP API, for one photo at a time."""

from collections.abc import Callable, Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Response
from pydantic import BaseModel, ConfigDict, Field

from colorizer.decoding import Suggestion
from colorizer.hints import colour_text
from colorizer.looks import LOOKS
from colorizer.photo import encode_jpeg
from colorizer.studio import answers
from colorizer.studio.correction import MOST_HINTS, MOST_REGIONS, UNCHANGED, Correction, PerCent
from colorizer.studio.opened import Opened
from colorizer.studio.painter import Painter
from colorizer.studio.routes import bytes_answer, page_router


class Place(BaseModel):
    """A place, and what was corrected already elsewhere."""

    model_config = ConfigDict(extra="forbid")
    x: PerCent
    y: PerCent
    most: int = Field(default=5, ge=1, le=12, description="At most so many colours.")
    correction: Correction = UNCHANGED


class Suggested(BaseModel):
    """A plausible colour: as "#rrggbb" at that place's lightness, as ab, and the model's belief in it, 0 to 1."""

    colour: str
    ab: tuple[float, float]
    share: float


class About(BaseModel):
    """What the page has to know of the photo.

    preview: Width and height of photo.jpg. copy_size: Height and width of the guide. limits: Of a correction.
    """

    name: str
    width: int
    height: int
    preview: tuple[int, int]
    copy_size: tuple[int, int]
    looks: tuple[str, ...]
    start: Correction
    action: str | None
    back: tuple[str, str] | None
    limits: dict[str, int]


class ActionDone(BaseModel):
    """What came of an action."""

    message: str
    link: str | None


_JPEG: dict[int | str, dict[str, Any]] = {200: {"content": {"image/jpeg": {}}}}
_BYTES: dict[int | str, dict[str, Any]] = {200: {"content": {"application/octet-stream": {}}}}


def studio_router(painter: Painter, opened: Callable[..., Opened]) -> APIRouter:
    """The page and its API as routes relative to a folder, which an application includes under a prefix of its own.

    painter: May be shared by several routers. opened: A FastAPI dependency that gives the photo of a request, or raises
    HTTPException where it may not be seen. It is called for every request but those for the page's own files.

    Example: app.include_router(studio_router(painter, by_token), prefix="/studio/{token}")
    """
    router = page_router("one photo", seen_by=opened)
    Photo = Annotated[Opened, Depends(opened)]

    @router.get("/about")
    def about(photo: Photo) -> About:
        """Size of the photo, what was changed already, and what can be done."""
        shown = painter.shown(photo)
        height, width = shown.encoded.pixels.shape[:2]
        rows, columns = shown.encoded.L.shape[1:]
        return About(
            name=photo.name,
            width=shown.size[0],
            height=shown.size[1],
            preview=(width, height),
            copy_size=(rows, columns),
            looks=LOOKS,
            start=photo.start,
            action=photo.action.label if photo.action else None,
            back=photo.back,
            limits={"hints": MOST_HINTS, "regions": MOST_REGIONS},
        )

    @router.get("/photo.jpg", response_class=Response, responses=_JPEG)
    def preview(photo: Photo) -> Response:
        """The photo as it is, at most 2 megapixels."""
        data = encode_jpeg(painter.shown(photo).encoded.pixels, quality=90)
        return Response(data, media_type="image/jpeg", headers={"Cache-Control": "no-store"})

    @router.get("/guide", response_class=Response, responses=_BYTES)
    def guide(photo: Photo) -> Response:
        """L of the copy that the network sees: uint16 in steps of 1/600, little-endian, rows from the top."""
        return bytes_answer(answers.guide(painter.shown(photo).encoded.L))

    @router.post("/colours", response_class=Response, responses=_BYTES)
    def colours(photo: Photo, correction: Correction) -> Response:
        """The colours of a corrected photo, small, for a page that joins them with the photo itself.

        A line of JSON (height, width, layers, mount), then of each layer ab as int16 (2, height, width) in steps of
        1/256 and confidence as uint8 (height, width) in steps of 1/255.
        """
        return bytes_answer(answers.colours(*painter.colours(photo, correction)))

    @router.post("/suggest")
    def suggest(photo: Photo, place: Place) -> list[Suggested]:
        """Colours that are plausible at a place, most likely first."""
        return suggested(painter.suggest(photo, place.correction, place.x, place.y, place.most))

    @router.post("/paint", response_class=Response, responses=_JPEG)
    def paint(photo: Photo, correction: Correction) -> Response:
        """The corrected photo at its full size, as JPEG."""
        return Response(painter.picture(photo, correction), media_type="image/jpeg")

    @router.post("/done")
    def done(photo: Photo, correction: Correction) -> ActionDone:
        """Do what this studio offers at the end, such as saving or publishing; `about` names it."""
        if photo.action is None:
            raise HTTPException(404, "There is nothing to do here but to download the picture.")
        result = photo.action.run(correction)
        return ActionDone(message=result.message, link=result.link)

    return router


def suggested(found: Iterable[Suggestion]) -> list[Suggested]:
    """Plausible colours as the page gets them."""
    return [Suggested(colour=colour_text(one.rgb), ab=one.ab, share=one.share) for one in found]
