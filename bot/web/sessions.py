"""Sessions: a signed cookie that says until when the operator is logged in. Nothing is kept on the server."""

import hmac
import secrets
import time
from collections.abc import Callable

from itsdangerous import BadSignature, Signer, URLSafeSerializer
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
        """The cookie of a new session: when it ends, and a random part."""
        return str(self._serializer().dumps([int(self._clock()) + LIFETIME, secrets.token_urlsafe(12)]))

    def valid(self, value: str | None) -> bool:
        """Whether the cookie was made here and has not ended."""
        try:
            end, _ = self._serializer().loads(value or "")
        except BadSignature:
            return False
        return bool(end > self._clock())

    def form_token(self, value: str) -> str:
        """What a form of this session must carry: another site cannot know it."""
        return Signer(self._key(), salt="form").get_signature(value).decode()

    def accepts(self, value: str, token: str) -> bool:
        """Whether a posted form belongs to this session."""
        return hmac.compare_digest(token.encode(), self.form_token(value).encode())

    def _serializer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self._key(), salt="session")

    def _key(self) -> str:
        # Read each time, so that a new password ends the sessions of every running process at once.
        return get_or_create(self._engine, _KEY, _new_key)[0]


def end_all(engine: Engine) -> None:
    """Log everybody out, by a new key."""
    replace(engine, _KEY, _new_key())


def _new_key() -> str:
    return secrets.token_hex(32)
