"""Secrets that the bot makes for itself, kept by name."""

import secrets
from collections.abc import Callable

from sqlalchemy import Engine, Select, select
from sqlalchemy.orm import Session

from bot.store.database import insert_new
from bot.store.tables import Secret


def get_or_create(engine: Engine, name: str, make: Callable[[], str]) -> tuple[str, bool]:
    """The secret of that name, made now if there is none; the flag tells whether it was made now."""
    with engine.connect() as connection:
        found = connection.scalar(_value(name))
    if found is not None:
        return found, False
    with engine.begin() as connection:
        row = {"name": name, "value": make()}
        made = connection.execute(insert_new(engine, Secret, row).returning(Secret.value)).first() is not None
        return connection.execute(_value(name)).scalar_one(), made  # another process may have been faster


def link_key(engine: Engine) -> str:
    """The key that signs the links to result pages; whoever is logged out by a new password keeps theirs."""
    return get_or_create(engine, "link_key", lambda: secrets.token_hex(32))[0]


def replace(engine: Engine, name: str, value: str) -> None:
    """Set the secret of that name."""
    with Session(engine) as session, session.begin():
        session.merge(Secret(name=name, value=value))


def _value(name: str) -> Select[str]:
    return select(Secret.value).where(Secret.name == name)
