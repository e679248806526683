"""The bot's own web process, put together."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import Engine
from starlette.exceptions import HTTPException
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from bot import __version__
from bot.hosting.folder import FolderHost
from bot.store.files import JobFiles
from bot.web import wording
from bot.web.action_pages import add_action_pages
from bot.web.chart_pages import add_chart_pages
from bot.web.condition import Conditions
from bot.web.guard import Guard, Headers, security_headers
from bot.web.installation import Installation
from bot.web.live import add_live_pages
from bot.web.log_pages import add_log_pages
from bot.web.login_pages import add_login_pages
from bot.web.public_pages import add_public_pages
from bot.web.sessions import Sessions

_HERE = Path(__file__).parent


def create_app(
    *,
    engine: Engine,
    files: JobFiles,
    hosted: FolderHost | None,
    bot_name: str,
    secure_cookies: bool,
    reddit_url: str = "https://www.reddit.com",
    installation: Installation | None = None,
    trusted_proxies: Sequence[str] = (),
) -> FastAPI:
    """The web application; the tables must be there and a password must have been made (`login.ensure_password`).

    hosted: the folder behind /results/, None when pictures are hosted elsewhere. secure_cookies: the operator comes
    by https. trusted_proxies: addresses and networks of reverse proxies whose word on who the client is counts.
    """
    # FastAPI's own documentation pages load scripts from elsewhere and would be one more thing to guard.
    app = FastAPI(title=bot_name, docs_url=None, redoc_url=None, openapi_url=None)
    place = installation or Installation()
    sessions = Sessions(engine, secure=secure_cookies)
    condition = Conditions(engine, place.data_dir)
    templates = _templates(bot_name, sessions, condition)

    add_public_pages(app, engine=engine, templates=templates, hosted=hosted, condition=condition)
    add_login_pages(app, engine=engine, templates=templates, sessions=sessions)
    add_live_pages(app, engine=engine, sessions=sessions)  # before the log's pages: "events" is no job
    add_log_pages(app, engine=engine, templates=templates, files=files, reddit_url=reddit_url)
    add_action_pages(app, engine=engine, templates=templates, sessions=sessions)
    add_chart_pages(app, engine=engine, templates=templates)
    app.mount("/static", StaticFiles(directory=_HERE / "static"), name="static")
    _add_error_pages(app, templates)

    app.add_middleware(Guard, sessions=sessions)
    app.add_middleware(Headers)  # added later is further out: refusals of the guard carry the headers too
    if trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(trusted_proxies))
    return app


def _templates(bot_name: str, sessions: Sessions, condition: Conditions) -> Jinja2Templates:
    env = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    env.filters.update(
        age=wording.age,
        brief=wording.brief,
        iso=wording.iso,
        plain=wording.plain,
        secs=wording.secs,
        utc=wording.utc,
        wait=wording.wait,
    )
    env.globals.update(bot_name=bot_name, version=__version__)

    def signed_in(request: Request) -> dict[str, Any]:
        session = getattr(request.state, "session", None)
        return {
            "form_token": sessions.form_token(session) if session else None,
            "condition": condition() if session else None,
        }

    return Jinja2Templates(env=env, context_processors=[signed_in])


def _add_error_pages(app: FastAPI, templates: Jinja2Templates) -> None:
    def page(request: Request, status: int, headers: dict[str, str] | None = None) -> Response:
        return templates.TemplateResponse(request, "error.html", {"status": status}, status, headers)

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> Response:
        return page(request, error.status_code, dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    def no_such_page(request: Request, _: RequestValidationError) -> Response:
        # A number in an address that is none, or is out of range: there is no such page.
        return page(request, 404)

    @app.exception_handler(Exception)
    def broken(request: Request, _: Exception) -> Response:
        # Sent from outside all middleware, and without the templates, which may be what broke.
        headers = security_headers(request.url.path)
        return Response("Something broke; the bot's log says what.", 500, headers, "text/plain")
