"""What stands before every page: who may see it, and the headers of every answer."""

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.domain.links import FOLDER
from bot.domain.roles import Role
from bot.store.database import DatabaseFailed
from bot.store.operator_tables import LoginSession
from bot.web.sessions import Sessions

PUBLIC_PATHS = frozenset({"/healthz", "/metrics", "/login", "/about"})
PUBLIC_FOLDERS = (FOLDER, "/results/", "/static/")

HARMLESS = frozenset({"/logout", "/view"})
"""Forms that change nothing but one's own session."""

MAX_FORM = 10_000
"""Bytes of a posted form; the longest one is a password and an address."""

MAX_CORRECTION = 100_000
"""Bytes of what the studio sends: hints, some with an outline."""

_POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"


def is_public(path: str) -> bool:
    """Whether a path may be seen without a login. Whatever is not named here may not."""
    return path in PUBLIC_PATHS or path.startswith(PUBLIC_FOLDERS)


def security_headers(path: str) -> dict[str, str]:
    """Headers for an answer that does not set them itself."""
    return {
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        # The address of a result page is all that opens it.
        "Referrer-Policy": "no-referrer" if path.startswith(FOLDER) else "same-origin",
        # A style sheet is asked for again by its ETag; a page of the log is not kept in a shared browser.
        "Cache-Control": "no-cache" if path.startswith("/static/") else "no-store",
    }


class ErrorPages(NamedTuple):
    """What makes the pages that the guard shows: of a status, of a role that may only read, of a failing database."""

    of_status: Callable[[Request, int], Response]
    read_only: Callable[[Request], Response]
    database_failed: Callable[[Request, DatabaseFailed], Response]


class Guard:
    """Lets a request through to a public path, or with a valid session; everything else goes to the login.

    A form whose session has ended goes there too, and after the login back to its own address, which asks again:
    nothing is done and nothing has to be found again. Who may only read sends no form but those of HARMLESS.
    """

    def __init__(self, app: ASGIApp, *, sessions: Sessions, pages: ErrorPages) -> None:
        self._app = app
        self._sessions = sessions
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass the request on with `request.state.session` set."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        try:
            answer = await self._refusal(scope) or self._app
        except DatabaseFailed as error:
            answer = self._pages.database_failed(Request(scope), error)
        await answer(scope, receive, send)

    def _find(self, cookie: str | None) -> tuple[LoginSession | None, Role | None]:
        session = self._sessions.find(cookie)
        return session, self._sessions.role(session) if session else None

    async def _refusal(self, scope: Scope) -> Response | None:
        request = Request(scope)
        reading = request.method in {"GET", "HEAD"}
        if not reading and not _small(request.headers.get("content-length", ""), scope["path"]):
            return self._pages.of_status(request, 413)
        if is_public(scope["path"]):
            return None
        cookie = request.cookies.get(self._sessions.cookie)
        session, role = await run_in_threadpool(self._find, cookie)
        if session is not None and role is not None:
            scope.setdefault("state", {}).update(
                session=cookie, who=session.who, session_id=session.id, may_act=role is Role.ACT
            )
            allowed = reading or role is Role.ACT or scope["path"] in HARMLESS
            return None if allowed else self._pages.read_only(request)
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        lost = "" if reading else "&lost=1"
        return RedirectResponse(f"/login?next={quote(target, safe='/')}{lost}", 303)


class Headers:
    """Adds the security headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the head of its answer."""

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in security_headers(scope["path"]).items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, complete)


def _small(length: str, path: str) -> bool:
    """Whether a body of that declared length is taken; one without a length is not."""
    return (
        length.isdecimal()
        and len(length) < 10
        and int(length) <= (MAX_CORRECTION if path.startswith(FOLDER) else MAX_FORM)
    )
