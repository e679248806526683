"""Sessions: a signed cookie that says until when the operator is logged in. Nothing is kept on the server."""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable

from sqlalchemy import Engine

from bot.store.secrets import get_or_create, replace

LIFETIME = 12 * 3600
"""Seconds from the login to its end."""

_KEY = "session_key"


class Sessions:
    """Makes and checks cookies; `secure` when browsers come by https."""

    def __init__(self, engine: Engine, *, secure: bool, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock
        self.secure = secure
        # Browsers take a __Host- cookie only from this very host, by https: no neighbour can plant one.
        self.cookie = "__Host-session" if secure else "session"

    def start(self) -> str:
        """The cookie of a new session: when it ends, a random part, and the signature of both."""
        content = f"{int(self._clock()) + LIFETIME}.{secrets.token_urlsafe(12)}"
        return f"{content}.{self._sign('session', content)}"

    def valid(self, value: str | None) -> bool:
        """Whether the cookie was made here and has not ended."""
        if not value:
            return False
        content, _, signature = value.rpartition(".")
        if not _same(signature, self._sign("session", content)):
            return False
        return int(content.partition(".")[0]) > self._clock()

    def form_token(self, value: str) -> str:
        """What a form of this session must carry: another site cannot know it."""
        return self._sign("form", value)

    def accepts(self, value: str, token: str) -> bool:
        """Whether a posted form belongs to this session."""
        return _same(token, self.form_token(value))

    def _sign(self, purpose: str, content: str) -> str:
        # The key is read each time, so that a new password ends the sessions of every running process at once.
        key, _ = get_or_create(self._engine, _KEY, _new_key)
        return hmac.new(key.encode(), f"{purpose}:{content}".encode(), hashlib.sha256).hexdigest()


def end_all(engine: Engine) -> None:
    """Log everybody out, by a new key."""
    replace(engine, _KEY, _new_key())


def _new_key() -> str:
    return secrets.token_hex(32)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
