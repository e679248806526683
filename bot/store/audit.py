"""Who did what, and when."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from bot.store.jobs import now
from bot.store.operator_tables import Deed

NOBODY = "u/(forgotten)"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the name given at the login, or "command line", and the address they come from."""

    who: str
    address: str = ""


COMMAND_LINE = Actor("command line")


def new_batch() -> str:
    """A name for what is done by one click."""
    return secrets.token_hex(8)


def record(
    engine: Engine, actor: Actor, action: str, subject: str, detail: str = "", *, batch: str | None = None
) -> None:
    """Note a deed that was done just now."""
    deed = Deed(
        at=now(),
        who=actor.who[:50],
        address=actor.address[:64],
        action=action,
        subject=subject[:120],
        detail=detail,
        batch=batch,
    )
    with Session(engine) as session, session.begin():
        session.add(deed)


def latest(engine: Engine, *, before: int | None = None, limit: int = 100) -> Sequence[Deed]:
    """The newest deeds, newest first; `before` goes on below that id."""
    query = select(Deed).order_by(Deed.id.desc()).limit(limit)
    if before is not None:
        query = query.where(Deed.id < before)
    with Session(engine) as session:
        return session.scalars(query).all()


def of_batch(engine: Engine, batch: str) -> Sequence[Deed]:
    """What was done by one click, in its order."""
    with Session(engine) as session:
        return session.scalars(select(Deed).where(Deed.batch == batch).order_by(Deed.id)).all()


def forget_names(engine: Engine, keep: timedelta) -> int:
    """Take redditors' names out of deeds that are older; returns how many there were."""
    old = update(Deed).where(Deed.subject.like("u/%"), Deed.subject != NOBODY, Deed.at < now() - keep)
    with engine.begin() as connection:
        return connection.execute(old.values(subject=NOBODY)).rowcount
