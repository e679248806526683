"""Which browsers are logged in."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from bot.store.jobs import now
from bot.store.operator_tables import LoginSession

_SEEN_EVERY = timedelta(minutes=1)


def start(
    engine: Engine, token: str, *, who: str, address: str, browser: str, lasts: timedelta, operator: str | None = None
) -> None:
    """A browser that knows this token is logged in; sessions that have ended are swept out.

    operator: whose login it was, None for the shared password.
    """
    moment = now()
    row = LoginSession(
        id=digest(token),
        who=who[:50],
        address=address[:64],
        browser=browser[:120],
        started_at=moment,
        seen_at=moment,
        ends_at=moment + lasts,
        operator=operator,
    )
    with Session(engine) as session, session.begin():
        session.execute(delete(LoginSession).where(LoginSession.ends_at <= moment))
        session.add(row)


def find(engine: Engine, token: str) -> LoginSession | None:
    """The session of this token, if it has not ended; now and then that it was seen is written down."""
    moment = now()
    with Session(engine, expire_on_commit=False) as session:
        row = session.get(LoginSession, digest(token))
    if row is None or row.ends_at <= moment:
        return None
    if moment - row.seen_at >= _SEEN_EVERY or moment < row.seen_at:
        with engine.begin() as connection:
            connection.execute(update(LoginSession).where(LoginSession.id == row.id).values(seen_at=moment))
    return row


def end(engine: Engine, session_id: str) -> bool:
    """Log this browser out; False when it was not logged in."""
    with engine.begin() as connection:
        return bool(connection.execute(delete(LoginSession).where(LoginSession.id == session_id)).rowcount)


def end_all(engine: Engine) -> None:
    """Log everybody out."""
    with engine.begin() as connection:
        connection.execute(delete(LoginSession))


def present(engine: Engine, moment: datetime | None = None) -> Sequence[LoginSession]:
    """Who is logged in now, the newest first."""
    query = select(LoginSession).where(LoginSession.ends_at > (moment or now()))
    with Session(engine) as session:
        return session.scalars(query.order_by(LoginSession.started_at.desc())).all()


def digest(token: str) -> str:
    """What is stored of a token: a copy of the database lets nobody in."""
    return hashlib.sha256(token.encode()).hexdigest()
