"""Secrets that the bot makes for itself, kept by name."""

from collections.abc import Callable

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.store.tables import Secret


def get_or_create(engine: Engine, name: str, make: Callable[[], str]) -> tuple[str, bool]:
    """The secret of that name, made now if there is none; the flag tells whether it was made now."""
    with Session(engine) as session, session.begin():
        secret = session.get(Secret, name)
        if secret is not None:
            return secret.value, False
        value = make()
        session.add(Secret(name=name, value=value))
        return value, True


def replace(engine: Engine, name: str, value: str) -> None:
    """Set the secret of that name."""
    with Session(engine) as session, session.begin():
        session.merge(Secret(name=name, value=value))
