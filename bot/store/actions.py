"""What an operator does to a job: each act is one transaction and leaves a step in the job's history."""

from enum import StrEnum

from sqlalchemy import Engine, delete, null, update
from sqlalchemy.orm import Session

from bot.domain.aftercare import Removal
from bot.domain.silence import Reason
from bot.domain.stages import Stage
from bot.store.hosted import give_up
from bot.store.jobs import now
from bot.store.removals import want_removal
from bot.store.silences import SUBREDDIT, USER, lift, silence
from bot.store.tables import Job, Photo, Step

OPERATOR = "operator"
"""The `stage` of a step that an operator took."""


class Action(StrEnum):
    """What can be done; the value is the `result` of the step."""

    RETRY = "retry"
    DELETE = "delete"
    BLOCK = "block"
    UNBLOCK = "unblock"
    MUTE = "mute"
    UNMUTE = "unmute"


class NotPossible(ValueError):
    """That cannot be done to this job; the message says why."""


def act(engine: Engine, job_id: int, action: Action) -> None:
    """Do it. Raises NotPossible."""
    match action:
        case Action.RETRY:
            retry(engine, job_id)
        case Action.DELETE:
            remove(engine, job_id, Removal.OPERATOR)
        case Action.BLOCK | Action.UNBLOCK:
            author = _job(engine, job_id).author
            if author is None:
                raise NotPossible(f"job {job_id} has no author who could be blocked")
            change = silence if action is Action.BLOCK else lift
            change(engine, USER, author, Reason.OPERATOR)
            _note(engine, job_id, action, f"u/{author}")
        case Action.MUTE | Action.UNMUTE:
            subreddit = _job(engine, job_id).subreddit
            if not subreddit:
                raise NotPossible(f"job {job_id} belongs to no subreddit that could be muted")
            change = silence if action is Action.MUTE else lift
            change(engine, SUBREDDIT, subreddit, Reason.OPERATOR)
            _note(engine, job_id, action, f"r/{subreddit}")


def retry(engine: Engine, job_id: int) -> None:
    """Open a finished job again, from its first stage; whatever was found and made for it is given up.

    Raises NotPossible for a job that is open, has a reply, or whose words are forgotten.
    """
    with Session(engine, expire_on_commit=False) as session, session.begin():
        job = session.get(Job, job_id, with_for_update=True)
        if job is None:
            raise NotPossible(f"there is no job {job_id}")
        if job.finished_at is None:
            raise NotPossible(f"job {job_id} is open: it goes on by itself")
        if job.reply is not None or job.removal is not None:
            raise NotPossible(f"job {job_id} has had a reply: a summons gets one and no more")
        if job.forgotten_at is not None:
            raise NotPossible(f"job {job_id} is forgotten: what was asked is not known any more")
        moment, before = now(), job.outcome
        give_up(session, [job_id], moment)
        session.execute(delete(Photo).where(Photo.job_id == job_id))
        fresh = {"stage": Stage.LOCATE, "outcome": None, "detail": "", "error": None, "attempts": 0, "deaths": 0}
        unsaid = {"wanted": null(), "notes": null(), "answer": None}
        opened = {"finished_at": None, "not_before": moment, "claimed_by": None, "claimed_until": None}
        session.execute(update(Job).where(Job.id == job_id).values({**fresh, **unsaid, **opened}))
        session.add(_step(job_id, Action.RETRY, f"it had ended as {before}"))


def remove(engine: Engine, job_id: int, why: Removal) -> None:
    """From now on the reply of this job has to go; a chore deletes it, its pictures, and what people wrote.

    Raises NotPossible for a job that ended without a reply, and for one whose reply has to go already.
    """
    job = _job(engine, job_id)
    if job.finished_at is not None and job.reply is None:
        raise NotPossible(f"job {job_id} ended without a reply: there is nothing to delete")
    if job.removal is not None or not want_removal(engine, job_id, why):
        raise NotPossible(f"the reply of job {job_id} has to go already, or is gone")
    _note(engine, job_id, Action.DELETE, "" if why is Removal.OPERATOR else why)


def _job(engine: Engine, job_id: int) -> Job:
    with Session(engine) as session:
        job = session.get(Job, job_id)
    if job is None:
        raise NotPossible(f"there is no job {job_id}")
    return job


def _note(engine: Engine, job_id: int, action: Action, detail: str) -> None:
    with Session(engine) as session, session.begin():
        session.add(_step(job_id, action, detail))


def _step(job_id: int, action: Action, detail: str) -> Step:
    return Step(job_id=job_id, stage=OPERATOR, started_at=now(), seconds=0.0, result=action, detail=detail)
