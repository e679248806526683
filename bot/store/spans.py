"""Counts within a span of time, for the charts; each reads one range of an index."""

from datetime import datetime

from sqlalchemy import Engine, Integer, cast, extract, func, select
from sqlalchemy.orm import Session

from bot.store.tables import Job, Photo


def verdicts_between(engine: Engine, since: datetime, until: datetime) -> dict[str, int]:
    """How many photos have each verdict, of summonses received in that time."""
    with Session(engine) as session:
        first, last = (
            session.scalar(select(Job.id).where(condition).order_by(order).limit(1))
            for condition, order in (
                (Job.received_at >= since, Job.received_at),
                (Job.received_at < until, Job.received_at.desc()),
            )
        )
        if first is None or last is None:
            return {}
        inside = (Photo.job_id.between(first, last), Photo.verdict.is_not(None))
        query = select(Photo.verdict, func.count()).where(*inside).group_by(Photo.verdict)
        return {str(verdict): count for verdict, count in session.execute(query)}


def waits_between(engine: Engine, since: datetime, until: datetime) -> dict[int, int]:
    """How many replies posted in that time came after so many whole seconds, counted from the summons' receipt."""
    seconds = cast(extract("epoch", Job.replied_at), Integer) - cast(extract("epoch", Job.received_at), Integer)
    inside = (Job.replied_at >= since, Job.replied_at < until)
    with engine.connect() as connection:
        query = select(seconds, func.count()).where(*inside).group_by(seconds)
        return {max(0, wait): count for wait, count in connection.execute(query)}


def scores_between(engine: Engine, since: datetime, until: datetime) -> dict[int, int]:
    """How many replies posted in that time have each score."""
    inside = (Job.replied_at >= since, Job.replied_at < until, Job.score.is_not(None))
    with engine.connect() as connection:
        query = select(Job.score, func.count()).where(*inside).group_by(Job.score)
        return {int(score or 0): count for score, count in connection.execute(query)}
