"""Sessions: a signed cookie that names a row, and the row, which ends at the logout.

A second cookie tells browsers that have logged in before, so that others' wrong passwords do not slow them down.
"""

import hmac
import secrets
from datetime import timedelta
from typing import Annotated

from fastapi import Form, HTTPException, Request
from itsdangerous import BadSignature, Signer, URLSafeTimedSerializer
from starlette.requests import HTTPConnection
from starlette.responses import Response

from bot.domain.roles import Role
from bot.store import login_sessions, operators
from bot.store.audit import Actor
from bot.store.database import Engine
from bot.store.operator_tables import LoginSession
from bot.store.secrets import get_or_create, replace

LIFETIME = 12 * 3600
"""Seconds from the login to the end of the session."""

KNOWN_FOR = 180 * 24 * 3600
"""Seconds for which a browser that has logged in is known."""

_KEY = "session_key"


class Sessions:
    """Makes and checks cookies; `secure` when browsers come by https."""

    def __init__(self, engine: Engine, *, secure: bool) -> None:
        self._engine = engine
        self.secure = secure
        # Browsers take a __Host- cookie only from this very host, by https: no neighbour can plant one.
        prefix = "__Host-" if secure else ""
        self.cookie, self.browser_cookie = f"{prefix}session", f"{prefix}browser"

    def start(self, *, who: str = "operator", address: str = "", browser: str = "", operator: str | None = None) -> str:
        """The cookie of a new session. operator: whose login it was, None for the shared password."""
        token = secrets.token_urlsafe(24)
        lasts = timedelta(seconds=LIFETIME)
        login_sessions.start(
            self._engine, token, who=who, address=address, browser=browser, lasts=lasts, operator=operator
        )
        return str(self._serializer("session").dumps(token))

    def find(self, value: str | None) -> LoginSession | None:
        """The session of this cookie; None when it was not made here, or has ended."""
        token = self._read("session", value, LIFETIME)
        return login_sessions.find(self._engine, token) if token else None

    def role(self, session: LoginSession) -> Role | None:
        """What a session may do now; None when its operator is none any more."""
        return operators.role_of(self._engine, session)

    def valid(self, value: str | None) -> bool:
        """Whether the cookie's session goes on."""
        return self.find(value) is not None

    def end(self, value: str) -> None:
        """Log this browser out: the cookie is worth nothing from now on, wherever a copy of it is."""
        if token := self._read("session", value, LIFETIME):
            login_sessions.end(self._engine, login_sessions.digest(token))

    def known_browser(self, value: str | None) -> str | None:
        """The name of a browser that has logged in before."""
        return self._read("browser", value, KNOWN_FOR)

    def remember(self, answer: Response, session: str, browser: str | None) -> None:
        """Set the cookies of a browser that has just logged in."""
        known = self._serializer("browser").dumps(browser or secrets.token_urlsafe(12))
        for name, value, seconds in ((self.cookie, session, LIFETIME), (self.browser_cookie, known, KNOWN_FOR)):
            answer.set_cookie(
                name, str(value), max_age=seconds, path="/", secure=self.secure, httponly=True, samesite="lax"
            )

    def forget(self, answer: Response) -> None:
        """Take the session's cookie back; the browser stays known."""
        answer.delete_cookie(self.cookie, path="/", secure=self.secure, httponly=True, samesite="lax")

    def form_token(self, value: str) -> str:
        """What a form of this session must carry: another site cannot know it."""
        return Signer(self._key(), salt="form").get_signature(value).decode()

    def check_form(self, request: Request, token: Annotated[str, Form()] = "") -> None:
        """What every handler of a form depends on: raises HTTPException for a form that this session was not shown."""
        if not hmac.compare_digest(token.encode(), self.form_token(request.state.session).encode()):
            raise HTTPException(403)

    def _read(self, what: str, value: str | None, seconds: int) -> str | None:
        try:
            found = self._serializer(what).loads(value or "", max_age=seconds)
        except BadSignature:
            return None
        return found if isinstance(found, str) else None

    def _serializer(self, what: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self._key(), salt=what)

    def _key(self) -> str:
        # Read each time, so that a new password ends the sessions of every running process at once.
        return get_or_create(self._engine, _KEY, _new_key)[0]


def actor_of(request: HTTPConnection) -> Actor:
    """Who sends a request that has passed the guard."""
    return Actor(request.state.who, request.client.host if request.client else "")


def end_all(engine: Engine) -> None:
    """Log everybody out and know no browser any more, by a new key."""
    replace(engine, _KEY, _new_key())
    login_sessions.end_all(engine)


def _new_key() -> str:
    return secrets.token_hex(32)
