"""The operator's password."""

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from bot.store.database import Engine
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


def _new_password() -> str:
    return secrets.token_urlsafe(15)


def _missing() -> str:
    raise LookupError("no operator password has been made yet")
