"""The bot's own web process, put together."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.middleware.gzip import GZipMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from bot import __version__
from bot.domain.units import one_unit
from bot.hosting.folder import FolderHost
from bot.store.database import Engine
from bot.store.files import JobFiles
from bot.web import wording
from bot.web.bulk_pages import add_bulk_pages
from bot.web.chart_pages import add_chart_pages
from bot.web.condition import Conditions
from bot.web.error_pages import add_error_pages
from bot.web.frame_pages import add_frame_pages, notice
from bot.web.guard import Guard, Headers
from bot.web.installation import Installation, ResultSettings
from bot.web.job_pages import add_job_pages
from bot.web.live import add_live_pages, mark_of
from bot.web.log_pages import add_log_pages
from bot.web.login_pages import add_login_pages
from bot.web.people_pages import add_people_pages
from bot.web.place_pages import add_place_pages
from bot.web.public_pages import add_public_pages
from bot.web.result_pages import ResultPages, add_result_pages
from bot.web.sessions import Sessions
from bot.web.status_pages import add_status_pages
from bot.web.step_pages import add_step_pages
from bot.web.studio_pages import add_studio_pages
from bot.web.view import view_of

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
    results: ResultSettings | None = None,
) -> FastAPI:
    """The web application; the tables must be there and a password must have been made (`login.ensure_password`).

    hosted: the folder behind /results/, None when pictures are hosted elsewhere. secure_cookies: the operator comes
    by https. trusted_proxies: addresses and networks of reverse proxies whose word on who the client is counts.
    results: what result pages need; without it there are none.
    """
    # FastAPI's own documentation pages load scripts from elsewhere and would be one more thing to guard.
    # Its redirects of slashes would name the host that the client has named.
    app = FastAPI(title=bot_name, docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    place = installation or Installation()
    sessions = Sessions(engine, secure=secure_cookies)
    condition = Conditions(engine, place.data_dir)
    templates = _templates(engine, bot_name, sessions, condition)

    add_public_pages(app, engine=engine, templates=templates, hosted=hosted, condition=condition)
    if results is not None:
        studio = results.model is not None
        pages = ResultPages(engine, results.links, results.views, hosted)
        add_result_pages(app, pages, templates=templates, bot_name=bot_name, reddit_url=reddit_url, studio=studio)
        if results.model is not None:
            add_studio_pages(app, pages, results.model)
    add_login_pages(app, engine=engine, templates=templates, sessions=sessions)
    add_frame_pages(app, engine=engine, templates=templates, sessions=sessions)
    add_live_pages(
        app, engine=engine, sessions=sessions, condition=condition
    )  # before the log's pages: "events" is no job
    add_log_pages(app, engine=engine, templates=templates, files=files, reddit_url=reddit_url)
    add_job_pages(app, engine=engine, templates=templates, files=files, reddit_url=reddit_url)
    add_bulk_pages(app, engine=engine, templates=templates, sessions=sessions)
    add_status_pages(app, engine=engine, templates=templates, sessions=sessions, condition=condition)
    add_step_pages(app, engine=engine, templates=templates, sessions=sessions, condition=condition)
    add_people_pages(app, engine=engine, templates=templates, sessions=sessions)
    add_place_pages(app, engine=engine, templates=templates, sessions=sessions, place=place)
    add_chart_pages(app, engine=engine, templates=templates)
    # Pages are sent as they are: they hold the token of their forms beside what an address says (BREACH).
    app.mount("/static", GZipMiddleware(StaticFiles(directory=_HERE / "static")), name="static")
    error_pages = add_error_pages(app, templates=templates, condition=condition)

    app.add_middleware(Guard, sessions=sessions, pages=error_pages)
    app.add_middleware(Headers)  # added later is further out: refusals of the guard carry the headers too
    if trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(trusted_proxies))
    return app


def _templates(engine: Engine, bot_name: str, sessions: Sessions, condition: Conditions) -> Jinja2Templates:
    env = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    env.filters.update(
        age=wording.age,
        lasting=one_unit,
        many=wording.many,
        size=wording.size,
        brief=wording.brief,
        iso=wording.iso,
        plain=wording.plain,
        secs=wording.secs,
        utc=wording.utc,
        wait=wording.wait,
    )
    env.globals.update(bot_name=bot_name, version=__version__, release=__version__)

    def signed_in(request: Request) -> dict[str, Any]:
        session = getattr(request.state, "session", None)
        if session is None:
            return {"form_token": None}
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        found = condition()
        return {
            "form_token": sessions.form_token(session),
            "condition": found,
            "here": path,
            "may_act": request.state.may_act,
            "live_mark": mark_of(engine, found),
            "notice": notice(engine, request.query_params.get("done", "")),
            "view": view_of(request),
            "who": request.state.who,
        }

    return Jinja2Templates(env=env, context_processors=[signed_in])
