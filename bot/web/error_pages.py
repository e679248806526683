"""Pages for what went wrong: what happened, and what to do."""

from datetime import datetime
from html import escape

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.templating import Jinja2Templates
from starlette.exceptions import HTTPException

from bot.store.database import DatabaseFailed
from bot.store.jobs import now
from bot.store.trouble import tell
from bot.web.condition import DATABASE_FAILS, Conditions
from bot.web.guard import ErrorPages, security_headers

log = structlog.get_logger("bot.web")

TEXTS: dict[int, tuple[str, str]] = {
    403: (
        "That was not sent from a page of this session",
        "Nothing was done. The page was open for a long time, or in another tab somebody has logged in anew since. "
        "Go back, reload the page, and do it again.",
    ),
    404: (
        "There is nothing at this address",
        "The job, person or picture may have been forgotten since, or the address has a typing error.",
    ),
    405: ("This address cannot be used like that", "Open the page that leads here, and use its button."),
    413: ("Too much was sent at once", "Nothing was done. Choose fewer jobs, or write a shorter text."),
    429: ("Too many requests", "Wait a minute and reload the page."),
}
READ_ONLY = (
    "Your login may look, not act",
    "Nothing was done. Whoever looks after the machine can change that: colorizebot operator role NAME --role act",
)
OTHER = ("The request was not understood", "Nothing was done. Go back, reload the page, and try again.")

_BROKEN = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>500</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/static/style.css">
</head><body class="plainpage"><main class="narrow"><h1>{title}</h1><p>{advice}</p>
<p><a href="{again}">Try again</a></p><p class="sub">500, {moment}</p></main></body></html>"""


def add_error_pages(app: FastAPI, *, templates: Jinja2Templates, condition: Conditions) -> ErrorPages:
    """Pages for what goes wrong in the application; returns what makes those that the guard needs."""

    def page(
        request: Request, status: int, headers: dict[str, str] | None = None, text: tuple[str, str] | None = None
    ) -> Response:
        title, advice = text or TEXTS.get(status, OTHER)
        context = {"status": status, "title": title, "advice": advice}
        return templates.TemplateResponse(request, "error.html", context, status, headers)

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
        text = broken_page(request.url.path, now(), database=condition.fresh().stored is not None)
        return Response(text, 500, security_headers(request.url.path), "text/html")

    @app.exception_handler(DatabaseFailed)
    def database_failed(request: Request, error: DatabaseFailed) -> Response:
        # An outage is said in one line of the log. Without this handler each request would leave its traceback there.
        tell(log, "page_failed", error, path=request.url.path)
        return broken(request, error)

    return ErrorPages(page, lambda request: page(request, 403, text=READ_ONLY), database_failed)


def broken_page(path: str, moment: datetime, *, database: bool) -> str:
    """The page of an unexpected error. database: whether it answers."""
    if database:
        title = "Something broke while this page was made"
        advice = (
            f"The bot goes on. Its log has the cause, at {moment:%H:%M:%S} UTC; please report it if it comes again."
        )
    else:
        title = f"{DATABASE_FAILS[:1].upper()}{DATABASE_FAILS[1:]}"
        advice = (
            "No page can be shown until it does. Look whether its disk is full or its server is down; "
            "<code>colorizebot doctor</code> says what is wrong, and docs/operating.md how to restore a backup."
        )
    return _BROKEN.format(
        title=title, advice=advice, again=escape(path, quote=True), moment=f"{moment:%Y-%m-%d %H:%M:%S} UTC"
    )
