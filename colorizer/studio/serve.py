"""`colorizer serve`: the HTTP API. A picture is sent once, then asked about and painted as often as one likes."""

import hashlib
from collections.abc import Iterable
from typing import Annotated, Literal

from fastapi import Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException as StarletteHTTPException

from colorizer.errors import InputError
from colorizer.hints import colour_text, read_colour, read_hint
from colorizer.model import Colorizer
from colorizer.photo import IsolatedDecoder, Limits
from colorizer.studio.correction import MOST_HINTS, Correction, PlacedHint
from colorizer.studio.guard import Guard
from colorizer.studio.opened import Opened
from colorizer.studio.painter import Painter
from colorizer.studio.recent import Recent
from colorizer.studio.reference import reference_page
from colorizer.studio.router import studio_router
from colorizer.studio.routes import StudioRoute, own_file, refusal

MOST_BYTES = 50_000_000
"""Of a picture that is sent."""

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""Names of this machine for itself."""

_DESCRIPTION = """Colours for grey photographs. Send a picture to `/photos`; what comes back names it, and the
addresses below `/photos/{photo}` suggest colours, paint, and show the studio, a page to correct the colours on.
Places are in per cent of width and height. An error is `{"error": "a sentence"}`. Nothing is stored on disk; pictures
are forgotten when room is needed for others."""


class Received(BaseModel):
    """A picture that was sent.

    photo: Its name in addresses. width, height: In pixels. studio: Address of the page for it.
    """

    photo: str
    width: int
    height: int
    studio: str


async def _body(request: Request) -> bytes:
    data = await request.body()
    if not data:
        raise InputError("send the bytes of a picture file as the body")
    return data


Body = Annotated[bytes, Depends(_body)]
_PICTURE = {
    "requestBody": {"required": True, "content": {"image/*": {"schema": {"type": "string", "format": "binary"}}}}
}


def serve_app(
    model: Colorizer,
    *,
    hosts: Iterable[str] = LOOPBACK,
    max_pixels: int = 50_000_000,
    most_kept: int = 300_000_000,
) -> FastAPI:
    """The application.

    hosts: Names and addresses under which it is reached; empty for any. max_pixels: Of a picture. most_kept: Bytes of
    picture files that are kept.
    """
    app = FastAPI(title="colorizer", description=_DESCRIPTION, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.router.route_class = StudioRoute
    decoder, painter = IsolatedDecoder(Limits(pixels=max_pixels)), Painter(model)
    kept: Recent[bytes] = Recent(most_kept)

    def sent(name: str, data: bytes) -> Opened:
        return Opened(name, f"{name}.jpg", lambda: decoder.decode(data))

    def opened(photo: str) -> Opened:
        data = kept.get(photo)
        if data is None:
            raise HTTPException(404, "This photo is not known here, or not any more. Please send it again.")
        return sent(photo, data)

    @app.get("/", include_in_schema=False)
    def reference() -> HTMLResponse:
        return reference_page(app.openapi())

    @app.get("/reference.css", include_in_schema=False)
    def style() -> Response:
        return own_file("reference.css", None)

    @app.post("/photos", status_code=201, openapi_extra=_PICTURE, tags=["pictures"])
    def encode(data: Body) -> Received:
        """Send a picture file (JPEG, PNG, WebP, TIFF and others), to ask about it and to paint it."""
        photo = hashlib.sha256(data).hexdigest()[:24]
        width, height = painter.shown(sent(photo, data)).size
        kept.put(photo, data, len(data))
        return Received(photo=photo, width=width, height=height, studio=f"/photos/{photo}/")

    @app.post(
        "/colorize",
        openapi_extra=_PICTURE,
        response_class=Response,
        tags=["pictures"],
        responses={200: {"content": {"image/jpeg": {}}}},
    )
    def colorize(data: Body, correction: Annotated[Correction, Depends(_wishes)]) -> Response:
        """Send a picture file and get it back in colour, as JPEG of the same size."""
        return Response(painter.picture(sent("photo", data), correction), media_type="image/jpeg")

    @app.exception_handler(StarletteHTTPException)
    def missing(_: Request, error: StarletteHTTPException) -> Response:
        return refusal(error.status_code, str(error.detail))

    app.include_router(studio_router(painter, opened), prefix="/photos/{photo}")
    app.add_middleware(Guard, hosts=hosts, most_picture=MOST_BYTES, pictures=("/photos", "/colorize"))
    return app


def _wishes(
    request: Request,
    hint: Annotated[list[str], Query(max_length=MOST_HINTS, description="40%,30% navy; repeat.")] = [],  # noqa: B006 - FastAPI copies it
    look: Literal["natural", "vivid", "soft"] = "natural",
    saturation: Annotated[float, Query(ge=0, le=2)] = 1.0,
    palette: Annotated[str, Query(max_length=500, description="Colours with commas: navy,#aa3b30.")] = "",
    seed: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Correction:
    """A correction as an address writes it. Raises InputError, also for names that mean nothing."""
    known = ("hint", "look", "saturation", "palette", "seed")
    if unknown := sorted({*request.query_params} - {*known}):
        raise InputError(f"{', '.join(unknown)}: no such wish; known: {', '.join(known)}")
    written = [read_hint(text) for text in hint]
    if not all(one.per_cent for one in written):
        raise InputError("a hint's place is in per cent here: 40%,30% navy")
    return Correction(
        hints=[PlacedHint(x=one.x, y=one.y, colour=colour_text(one.colour)) for one in written],
        look=look,
        saturation=saturation,
        palette=[colour_text(read_colour(text)) for text in palette.split(",")] if palette else [],
        seed=seed,
    )
