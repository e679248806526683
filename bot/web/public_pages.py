"""What everybody may see: hosted pictures, what the bot is, health and metrics."""

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from fastapi.templating import Jinja2Templates
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.hosting.folder import FolderHost
from bot.store.database import Engine
from bot.store.files import FILM
from bot.web.condition import Conditions
from bot.web.metrics import registry_for


def add_public_pages(
    app: FastAPI,
    *,
    engine: Engine,
    templates: Jinja2Templates,
    hosted: FolderHost | None,
    condition: Conditions,
) -> None:
    """/about, /results/, /healthz and /metrics."""
    registry = registry_for(engine, hosted.folder if hosted else None)

    @app.get("/about")
    def about(request: Request) -> Response:
        return templates.TemplateResponse(request, "about.html")

    @app.api_route("/results/{key}.jpg", methods=["GET", "HEAD"])
    def result(key: str) -> Response:
        return _result(hosted, key, "image/jpeg") if not key.endswith(FILM) else Response(status_code=404)

    @app.api_route("/results/{key}.mp4", methods=["GET", "HEAD"])
    def film(key: str) -> Response:
        """Also a part of it, for who asks by `Range`: players do, and some play nothing without."""
        return _result(hosted, f"{key}{FILM}", "video/mp4")

    @app.get("/healthz")
    def healthz() -> Response:
        found = condition()
        report = {
            "status": found.state,
            "reasons": list(found.problems),
            "database": "ok" if found.stored else "failing",
            "open_jobs": found.stored.open_jobs if found.stored else None,
            "oldest_open_seconds": _rounded(found.oldest),
            "last_poll_seconds": _rounded(found.last_poll),
            "workers": len(found.workers),
            "disk_free_bytes": found.disk_free,
        }
        return JSONResponse(report, 503 if found.problems else 200)

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _result(hosted: FolderHost | None, key: str, media_type: str) -> Response:
    try:
        path = hosted.path(key) if hosted else None
    except ValueError:
        path = None
    if path is None or not path.is_file():
        raise HTTPException(404)
    # An hour, no longer: a picture that its owner has deleted must leave the caches too.
    headers = {"Cache-Control": "public, max-age=3600", "X-Robots-Tag": "noindex"}
    return FileResponse(path, media_type=media_type, headers=headers)


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
