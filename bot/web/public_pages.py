"""What everybody may see: hosted pictures, what the bot is, health and metrics."""

from collections.abc import Callable
from datetime import datetime, timedelta

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from fastapi.templating import Jinja2Templates
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.hosting.folder import FolderHost
from bot.store.jobs import count_open, now
from bot.store.reply_log import oldest_open
from bot.web.metrics import registry_for

MAX_SILENCE = timedelta(minutes=10)
"""A poller that has not finished a poll for so long is stuck."""


def add_public_pages(
    app: FastAPI,
    *,
    engine: Engine,
    templates: Jinja2Templates,
    hosted: FolderHost | None,
    heartbeat: Callable[[], datetime | None] | None,
) -> None:
    """/about, /results/, /healthz and /metrics."""
    registry = registry_for(engine, hosted.folder if hosted else None)
    started = now()

    @app.get("/about")
    def about(request: Request) -> Response:
        return templates.TemplateResponse(request, "about.html")

    @app.api_route("/results/{key}.jpg", methods=["GET", "HEAD"])
    def result(key: str) -> Response:
        try:
            path = hosted.path(key) if hosted else None
        except ValueError:
            path = None
        if path is None or not path.is_file():
            raise HTTPException(404)
        # An hour, no longer: a picture that its owner has deleted must leave the caches too.
        headers = {"Cache-Control": "public, max-age=3600", "X-Robots-Tag": "noindex"}
        return FileResponse(path, media_type="image/jpeg", headers=headers)

    @app.get("/healthz")
    def healthz() -> Response:
        moment = now()
        try:
            waiting, oldest, answers = count_open(engine), oldest_open(engine), True
        except SQLAlchemyError:
            waiting, oldest, answers = None, None, False
        last_poll = heartbeat() if heartbeat else None
        silent = heartbeat is not None and moment - (last_poll or started) > MAX_SILENCE
        healthy = answers and not silent
        report = {
            "status": "ok" if healthy else "failing",
            "database": "ok" if answers else "failing",
            "open_jobs": waiting,
            "oldest_open_seconds": _seconds(oldest, moment),
            "last_poll_seconds": _seconds(last_poll, moment),
        }
        return JSONResponse(report, 200 if healthy else 503)

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _seconds(since: datetime | None, moment: datetime) -> float | None:
    return round(max(0.0, (moment - since).total_seconds()), 1) if since else None
