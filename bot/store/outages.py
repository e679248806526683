"""Times in which the bot did not poll, work or answer."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from bot.store.jobs import now
from bot.store.operator_tables import Outage
from bot.store.tables import Job


def present(engine: Engine) -> Outage | None:
    """The outage that goes on now."""
    with Session(engine) as session:
        return session.scalar(select(Outage).where(Outage.ended_at.is_(None)).order_by(Outage.id.desc()).limit(1))


def begin(engine: Engine, reason: str, since: datetime) -> Outage:
    """An outage goes on from now; `since` is when the last success was."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        outage = Outage(began_at=since, reason=reason)
        session.add(outage)
    return outage


def end(engine: Engine) -> None:
    """The bot is well again."""
    with engine.begin() as connection:
        connection.execute(update(Outage).where(Outage.ended_at.is_(None)).values(ended_at=now()))


def told(engine: Engine, outage: Outage) -> bool:
    """Its operator is notified now; False when another process has done so."""
    untold = update(Outage).where(Outage.id == outage.id, Outage.told_at.is_(None)).values(told_at=now())
    with engine.begin() as connection:
        return bool(connection.execute(untold).rowcount)


def not_told(engine: Engine, outage: Outage) -> None:
    """The notification failed; it is tried again."""
    with engine.begin() as connection:
        connection.execute(update(Outage).where(Outage.id == outage.id).values(told_at=None))


def latest(engine: Engine, limit: int = 20) -> Sequence[Outage]:
    """The newest outages, newest first."""
    with Session(engine) as session:
        return session.scalars(select(Outage).order_by(Outage.id.desc()).limit(limit)).all()


def waiting(engine: Engine) -> tuple[int, datetime | None]:
    """How many summonses wait for an answer, and since when the oldest does; the end of a job is not waited for."""
    unanswered = (Job.finished_at.is_(None), Job.outcome.is_(None))
    with engine.connect() as connection:
        row = connection.execute(select(func.count(), func.min(Job.received_at)).where(*unanswered)).one()
        return int(row[0]), row[1]


def last_reply(engine: Engine) -> datetime | None:
    """When the bot last answered anybody."""
    with engine.connect() as connection:
        return connection.scalar(select(func.max(Job.replied_at)))
