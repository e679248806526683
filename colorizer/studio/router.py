"""The studio's page and its HTTP API, for one photo at a time."""

import hashlib
from collections.abc import Callable, Coroutine, Iterable
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field

from colorizer.decoding import Suggestion
from colorizer.errors import ColorizerError
from colorizer.hints import colour_text
from colorizer.looks import LOOKS
from colorizer.photo import encode_jpeg
from colorizer.studio import answers
from colorizer.studio.correction import MOST_HINTS, MOST_REGIONS, UNCHANGED, Correction, PerCent
from colorizer.studio.opened import Opened
from colorizer.studio.painter import Busy, Painter

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The page's Content-Security-Policy: its own files and nothing else, no script or style within HTML."""

_STATIC = Path(__file__).parent / "static"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


class StudioRoute(APIRoute):
    """A route that answers what a caller did wrong with a status and {"error": a sentence}, in every application."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """See `APIRoute`."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError as error:
                return refusal(422, "; ".join(map(_problem, error.errors()[:5])))
            except HTTPException as error:
                return refusal(error.status_code, str(error.detail))
            except Busy as error:
                return refusal(503, str(error))
            except ColorizerError as error:
                return refusal(422, str(error))

        return handled


def refusal(status: int, message: str) -> Response:
    """An error as every caller of the API gets it."""
    return JSONResponse({"error": message}, status)


def _problem(error: Any) -> str:
    if error["type"] == "json_invalid":
        return f"the body is no JSON: {error['ctx']['error']} at character {error['loc'][-1]}"
    place = ".".join(str(part) for part in error["loc"] if part != "body")
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{place}: {message}" if place else message


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
    router = APIRouter(route_class=StudioRoute, tags=["one photo"])
    Photo = Annotated[Opened, Depends(opened)]

    @router.get("/", include_in_schema=False, dependencies=[Depends(opened)])
    def page() -> Response:
        return page_answer()

    @router.get("/page/{name}", include_in_schema=False)
    def file(request: Request, name: str) -> Response:
        return own_file(name, request.headers.get("If-None-Match"))

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


def page_answer() -> Response:
    """The page itself, for a photo or a film."""
    headers = {
        "Content-Security-Policy": POLICY, "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",  # the address may be all that a visitor needs
    }  # fmt: skip
    return Response(_file("studio.html")[0], media_type="text/html; charset=utf-8", headers=headers)


def own_file(name: str, known: str | None) -> Response:
    """One of the page's own files; `known` is the ETag that the browser has. Raises HTTPException."""
    if name not in _names():
        raise HTTPException(404, "There is no such file.")
    content, tag = _file(name)
    headers = {"ETag": tag, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    if known == tag:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=_TYPES[Path(name).suffix], headers=headers)


def bytes_answer(data: bytes) -> Response:
    """Numbers for the page."""
    return Response(data, media_type="application/octet-stream", headers={"Cache-Control": "no-store"})


@cache
def _names() -> frozenset[str]:
    return frozenset(path.name for path in _STATIC.iterdir() if path.suffix in _TYPES)


@cache
def _file(name: str) -> tuple[bytes, str]:
    """Content and ETag of one of the page's own files."""
    content = (_STATIC / name).read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:16]}"'
