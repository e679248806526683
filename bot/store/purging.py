"""What a purge asks of the jobs, and how it closes those that are open."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, Row, func, or_, select, update

from bot.domain.aftercare import Removal
from bot.domain.outcomes import Outcome
from bot.domain.stages import Stage
from bot.store.jobs import now
from bot.store.removals import want_removal
from bot.store.tables import Job

Known = Row[int, str | None, datetime | None, datetime | None]
"""Of a job: id, reply, removed_at, finished_at."""


def of_user(engine: Engine, name: str) -> Sequence[Known]:
    """The jobs that this person asked for, or that are about a post of theirs."""
    wanted = name.lower()
    return _which(engine, or_(func.lower(Job.author) == wanted, func.lower(Job.post_author) == wanted))


def of_job(engine: Engine, job_id: int) -> Sequence[Known]:
    """The one job, or none."""
    return _which(engine, Job.id == job_id)


def close(engine: Engine, job_id: int) -> bool:
    """Close an open job; True when nothing is left to do for it but to mark its inbox item read.

    Not where a worker has it, and not once its reply may be out without the database knowing.
    """
    free = or_(Job.claimed_until.is_(None), Job.claimed_until < now())
    before_reply = Job.stage.not_in([Stage.REPLY, Stage.FINISH])
    mine = (Job.id == job_id, Job.finished_at.is_(None), before_reply, free)
    end = {"stage": Stage.FINISH, "outcome": Outcome.SILENCED, "attempts": 0, "deaths": 0, "not_before": now()}
    with engine.begin() as connection:
        connection.execute(update(Job).where(*mine).values(end))
        ended = or_(Job.finished_at.is_not(None), Job.stage == Stage.FINISH)
        return connection.scalar(select(Job.id).where(Job.id == job_id, ended)) is not None


def want_gone(engine: Engine, job_id: int) -> bool:
    """Mark the job's reply for removal; True when there is one."""
    standing = (Job.id == job_id, Job.removed_at.is_(None), Job.reply.is_not(None))
    with engine.connect() as connection:
        stands = connection.scalar(select(Job.id).where(*standing)) is not None
    want_removal(engine, job_id, Removal.PURGED)
    return stands


def _which(engine: Engine, which: ColumnElement[bool]) -> Sequence[Known]:
    query = select(Job.id, Job.reply, Job.removed_at, Job.finished_at).where(which).order_by(Job.id)
    with engine.connect() as connection:
        return connection.execute(query).all()
