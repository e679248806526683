"""Passwords: the one that all operators may share, and those of operators with a login of their own."""

import secrets
import threading
import time

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from bot.domain.roles import Role
from bot.store import operators
from bot.store.database import Engine
from bot.store.operator_tables import Operator
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
    """A new random password in place of the old one; whoever is logged in is logged out.

    Shown to nobody, it turns the shared password off.
    """
    password = _new_password()
    replace(engine, _NAME, _hasher.hash(password))
    end_all(engine)
    return password


def is_password(engine: Engine, attempt: str) -> bool:
    """Whether that is the password; a wrong one takes as long as the right one.

    Raises LookupError when `ensure_password` has never been called on this database.
    """
    stored, _ = get_or_create(engine, _NAME, _missing)
    return _fits(stored, attempt)


def is_password_of(operator: Operator, attempt: str) -> bool:
    """Whether that is this operator's password."""
    return _fits(operator.password, attempt)


def is_code(engine: Engine, operator: Operator, code: str) -> bool:
    """Whether that is a code of the operator's second factor now, half a minute before or after; each counts once."""
    factor, moment = pyotp.TOTP(operator.factor or ""), int(time.time())
    digits = "".join(code.split())
    for step in range(moment // factor.interval - 1, moment // factor.interval + 2):
        if secrets.compare_digest(factor.generate_otp(step).encode(), digits.encode()):
            return operators.use_code(engine, operator.name, step)
    return False


def make_operator(engine: Engine, name: str, role: Role) -> str | None:
    """A new operator; returns their random password, None when there is one of that name."""
    password = _new_password()
    return password if operators.add(engine, name, role, _hasher.hash(password)) else None


def new_password_of(engine: Engine, name: str) -> str:
    """A new random password for an operator."""
    password = _new_password()
    operators.set_password(engine, name, _hasher.hash(password))
    return password


def new_factor(engine: Engine, name: str) -> str:
    """A new second factor for an operator (TOTP, RFC 6238): its base32 secret."""
    secret = pyotp.random_base32()
    operators.set_factor(engine, name, secret)
    return secret


def factor_address(secret: str, *, name: str, bot_name: str) -> str:
    """What an authenticator reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=bot_name)


def _fits(stored: str, attempt: str) -> bool:
    with _one_at_a_time:
        try:
            return _hasher.verify(stored, attempt)
        except VerificationError:
            return False


def _new_password() -> str:
    return secrets.token_urlsafe(15)


def _missing() -> str:
    raise LookupError("no operator password has been made yet")
