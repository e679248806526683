"""What the studio's routers share: how a caller's mistakes are answered, the page, and the page's own files."""

import hashlib
from collections.abc import Callable, Coroutine
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from colorizer.errors import ColorizerError
from colorizer.studio.painter import Busy

_POLICY = (
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
                return refusal(422, "; ".join(map(problem, error.errors()[:5])))
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


def problem(error: Any) -> str:
    """One of pydantic's errors as a caller reads it: where it is, and what is wrong there."""
    if error["type"] == "json_invalid":
        return f"the body is no JSON: {error['ctx']['error']} at character {error['loc'][-1]}"
    place = ".".join(str(part) for part in error["loc"] if part != "body")
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{place}: {message}" if place else message


def page_router(tag: str, *, seen_by: Callable[..., object] | None = None) -> APIRouter:
    """A router with the page for a photo or a film, and with the page's own files, relative to a folder.

    tag: What its routes are listed under in the API's reference.
    seen_by: A FastAPI dependency that raises HTTPException where the page may not be seen; None where everybody may.
        The page's own files are everybody's.
    """
    router = APIRouter(route_class=StudioRoute, tags=[tag])

    @router.get("/", include_in_schema=False, dependencies=[Depends(seen_by)] if seen_by else [])
    def page() -> Response:
        headers = {
            "Content-Security-Policy": _POLICY,
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",  # the address may be all that a visitor needs
        }
        return Response(_file("studio.html")[0], media_type="text/html; charset=utf-8", headers=headers)

    @router.get("/page/{name}", include_in_schema=False)
    def file(request: Request, name: str) -> Response:
        return own_file(name, request.headers.get("If-None-Match"))

    return router


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
