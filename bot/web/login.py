"""The operator's password, and how often it may be tried."""

import secrets
import threading
import time
from collections import deque
from collections.abc import Callable

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Engine

from bot.store.secrets import get_or_create, replace
from bot.web.sessions import end_all

_NAME = "operator_password"
_hasher = PasswordHasher()
_one_at_a_time = threading.Lock()
"""A check takes 64 MiB on purpose; many at once must not take many times that."""


def ensure_password(engine: Engine) -> str | None:
    """Make a random password if there is none, and return it this once; None when one was made before."""
    password = _new_password()
    _, made = get_or_create(engine, _NAME, lambda: _hasher.hash(password))
    return password if made else None


def reset_password(engine: Engine) -> str:
    """A new random password in place of the old one; whoever is logged in is logged out."""
    password = _new_password()
    replace(engine, _NAME, _hasher.hash(password))
    end_all(engine)
    return password


def is_password(engine: Engine, attempt: str) -> bool:
    """Whether that is the password; a wrong one takes as long as the right one.

    Raises LookupError when `ensure_password` has never been called on this database.
    """
    stored, _ = get_or_create(engine, _NAME, _missing)
    with _one_at_a_time:
        try:
            return _hasher.verify(stored, attempt)
        except VerificationError:
            return False


class Tries:
    """At most `per_client` tries of one client and `over_all` tries of everybody within `seconds`."""

    def __init__(
        self,
        *,
        per_client: int = 10,
        over_all: int = 60,
        seconds: float = 60,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_client = per_client
        self._over_all = over_all
        self._seconds = seconds
        self._clock = clock
        self._recent: deque[tuple[float, str]] = deque()  # never longer than over_all
        self._lock = threading.Lock()

    def admit(self, client: str) -> float:
        """0 when the client may try now, else the seconds until it may."""
        with self._lock:
            now = self._clock()
            while self._recent and self._recent[0][0] <= now - self._seconds:
                self._recent.popleft()
            own = [moment for moment, name in self._recent if name == client]
            if len(own) >= self._per_client:
                return own[0] + self._seconds - now
            if len(self._recent) >= self._over_all:
                return self._recent[0][0] + self._seconds - now
            self._recent.append((now, client))
            return 0


def _new_password() -> str:
    return secrets.token_urlsafe(15)


def _missing() -> str:
    raise LookupError("no operator password has been made yet")
