"""Forgetting on an operator's word: what a redditor asked for, one job, or everything of a certain age."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, func, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.aftercare import Removal
from bot.domain.outcomes import Outcome
from bot.domain.stages import Stage
from bot.operations.log import bare
from bot.settings import SettingsError
from bot.store import forgetting, removals
from bot.store.files import JobFiles
from bot.store.jobs import now
from bot.store.tables import Job


@dataclass(frozen=True, slots=True)
class Found:
    """Jobs that a purge is about: all of them, those with a reply that still stands, those that are still open."""

    jobs: Sequence[int]
    replies: int
    open: int


@dataclass(frozen=True, slots=True)
class Purged:
    """What was done. busy: jobs that a worker is busy with, or whose reply may be on its way; nothing was changed."""

    forgotten: int
    replies: int
    busy: Sequence[int]


def of_user(engine: Engine, name: str) -> Found:
    """Every job that the redditor asked for, or that is about a post of theirs."""
    wanted = bare(name).lower()
    if not wanted:
        raise SettingsError("name the redditor: --user NAME")
    return _found(engine, or_(func.lower(Job.author) == wanted, func.lower(Job.post_author) == wanted))


def of_job(engine: Engine, job_id: int) -> Found:
    """The one job. Raises SettingsError when there is none of that number."""
    found = _found(engine, Job.id == job_id)
    if not found.jobs:
        raise SettingsError(f"there is no job {job_id}; `colorizebot log` shows their numbers")
    return found


def purge(engine: Engine, files: JobFiles, jobs: Sequence[int], tell: Callable[[int], None] | None = None) -> Purged:
    """Forget these jobs and have their replies and pictures removed; the running bot does the latter.

    Only Reddit's ids stay, so that the same summons is not answered again. tell: called with how many are done.
    """
    forgotten, replies, busy = 0, 0, []
    for done, job_id in enumerate(jobs, 1):
        if _closed(engine, job_id):
            replies += _reply_goes(engine, job_id)
            removals.take_back(engine, job_id)
            files.drop(job_id)
            forgotten += 1
        else:
            busy.append(job_id)
        if tell:
            tell(done)
    forgetting.clear_log(engine)
    return Purged(forgotten, replies, busy)


def _found(engine: Engine, which: ColumnElement[bool]) -> Found:
    query = select(Job.id, Job.reply, Job.removed_at, Job.finished_at).where(which).order_by(Job.id)
    with Session(engine) as session:
        rows = session.execute(query).all()
    return Found(
        [row.id for row in rows],
        replies=sum(row.reply is not None and row.removed_at is None for row in rows),
        open=sum(row.finished_at is None for row in rows),
    )


def _closed(engine: Engine, job_id: int) -> bool:
    """Whether the job does no more than mark its inbox item read; an open one is brought to that.

    Not where a worker has it, and not once its reply may be out without the database knowing.
    """
    free = or_(Job.claimed_until.is_(None), Job.claimed_until < now())
    before_reply = Job.stage.not_in([Stage.REPLY, Stage.FINISH])
    mine = (Job.id == job_id, Job.finished_at.is_(None), before_reply, free)
    end = {
        "stage": Stage.FINISH,
        "outcome": Outcome.SILENCED,
        "attempts": 0,
        "deaths": 0,
        "not_before": now(),
    }
    with engine.begin() as connection:
        connection.execute(update(Job).where(*mine).values(end))
        ended = or_(Job.finished_at.is_not(None), Job.stage == Stage.FINISH)
        return connection.scalar(select(Job.id).where(Job.id == job_id, ended)) is not None


def _reply_goes(engine: Engine, job_id: int) -> bool:
    standing = (Job.id == job_id, Job.removed_at.is_(None), Job.reply.is_not(None))
    with engine.connect() as connection:
        stands = connection.scalar(select(Job.id).where(*standing)) is not None
    removals.want_removal(engine, job_id, Removal.PURGED)
    return stands
