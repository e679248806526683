"""What an operator does to a job: each act is one transaction and leaves a step in the job's history."""

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import Engine, delete, null, or_, update
from sqlalchemy.orm import Session

from bot.domain.aftercare import Removal
from bot.domain.outcomes import Outcome
from bot.domain.silence import Reason
from bot.domain.stages import Stage
from bot.store.hosted import give_up
from bot.store.jobs import now
from bot.store.removals import want_removal
from bot.store.silences import SUBREDDIT, USER, lift, reasons, silence
from bot.store.tables import Job, Photo, Step

OPERATOR = "operator"
"""The `stage` of a step that an operator took."""


class Action(StrEnum):
    """What can be done; the value is the `result` of the step."""

    RETRY = "retry"
    CANCEL = "cancel"
    DELETE = "delete"
    UNDELETE = "undelete"
    BLOCK = "block"
    UNBLOCK = "unblock"
    MUTE = "mute"
    UNMUTE = "unmute"


class NotPossible(ValueError):
    """That cannot be done to this job; the message says why."""


def act(engine: Engine, job_id: int, action: Action, *, grace: timedelta = timedelta(0)) -> str:
    """Do it; returns what it was done to: "job 12", "u/name" or "r/name". Raises NotPossible.

    grace: for how long a deletion waits, so that it can be taken back.
    """
    match action:
        case Action.RETRY:
            retry(engine, job_id)
        case Action.CANCEL:
            cancel(engine, job_id)
        case Action.DELETE:
            if (job := _job(engine, job_id)).reply is None and job.replied_at is None:
                raise NotPossible(f"job {job_id} has no reply that could be deleted")
            remove(engine, job_id, Removal.OPERATOR, grace=grace)
        case Action.UNDELETE:
            _keep(engine, job_id)
        case Action.BLOCK | Action.UNBLOCK:
            author = _job(engine, job_id).author
            if author is None:
                raise NotPossible(f"job {job_id} has no author who could be blocked")
            return _silence(engine, job_id, action, USER, author)
        case Action.MUTE | Action.UNMUTE:
            subreddit = _job(engine, job_id).subreddit
            if not subreddit:
                raise NotPossible(f"job {job_id} belongs to no subreddit that could be muted")
            return _silence(engine, job_id, action, SUBREDDIT, subreddit)
    return f"job {job_id}"


def set_silence(engine: Engine, action: Action, kind: str, name: str) -> str:
    """Block or mute somebody or somewhere, or take it back; returns "u/name" or "r/name". Raises NotPossible."""
    shown = f"{'u' if kind == USER else 'r'}/{name}"
    wanted, there = action in {Action.BLOCK, Action.MUTE}, Reason.OPERATOR in reasons(engine, kind, name)
    if wanted is there:
        how = "blocked" if kind == USER else "muted"
        raise NotPossible(f"{shown} is {how} already" if there else f"{shown} is not {how}")
    (silence if wanted else lift)(engine, kind, name, Reason.OPERATOR)
    return shown


def _silence(engine: Engine, job_id: int, action: Action, kind: str, name: str) -> str:
    shown = set_silence(engine, action, kind, name)
    _note(engine, job_id, action, shown)
    return shown


def retry(engine: Engine, job_id: int) -> None:
    """Open a finished job again, from its first stage; whatever was found and made for it is given up.

    Raises NotPossible for a job that is open, has a reply, or whose words are forgotten. One that was cancelled counts
    as finished even before the worker has closed it.
    """
    with Session(engine, expire_on_commit=False) as session, session.begin():
        job = session.get(Job, job_id, with_for_update=True)
        if job is None:
            raise NotPossible(f"there is no job {job_id}")
        if why_not := refusal_to_retry(job):
            raise NotPossible(f"job {job_id} {why_not}")
        moment, before = now(), job.outcome
        give_up(session, [job_id], moment)
        session.execute(delete(Photo).where(Photo.job_id == job_id))
        fresh = {"stage": Stage.LOCATE, "outcome": None, "detail": "", "error": None, "attempts": 0, "deaths": 0}
        unsaid = {"wanted": null(), "notes": null(), "answer": None, "removal": None, "removal_at": None}
        opened = {"finished_at": None, "not_before": moment, "claimed_by": None, "claimed_until": None}
        session.execute(update(Job).where(Job.id == job_id).values({**fresh, **unsaid, **opened}))
        session.add(_step(job_id, Action.RETRY, f"it had ended as {before}"))


def refusal_to_retry(job: Job) -> str | None:
    """Why the job cannot be tried again, as the end of a sentence about it; None when it can."""
    cancelled = job.outcome == Outcome.CANCELLED
    if job.finished_at is None and not (cancelled and job.claimed_by is None):
        return "is open: it goes on by itself"
    unanswered = job.reply is None and job.removal in {None, Removal.OPERATOR}  # cancelled while a worker had it
    if not unanswered:
        return "has had a reply: a summons gets one and no more"
    if job.forgotten_at is not None:
        return "is forgotten: what was asked is not known any more"
    return None


def cancel(engine: Engine, job_id: int) -> None:
    """End an open job without an answer; a worker that has it just now stops before the reply.

    Raises NotPossible for a job that has ended or is answered.
    """
    free = or_(Job.claimed_until.is_(None), Job.claimed_until < now())
    before_reply = Job.stage.not_in([Stage.REPLY, Stage.FINISH])
    mine = (Job.id == job_id, Job.finished_at.is_(None), Job.reply.is_(None), before_reply, free)
    end = {
        "stage": Stage.FINISH,
        "outcome": Outcome.CANCELLED,
        "detail": "",
        "attempts": 0,
        "deaths": 0,
        "not_before": now(),
    }
    job = _job(engine, job_id)
    if job.finished_at is not None or job.outcome is not None or job.reply is not None:
        raise NotPossible(f"job {job_id} has ended or is answered: there is nothing to cancel")
    with engine.begin() as connection:
        closed = connection.execute(update(Job).where(*mine).values(end)).rowcount
    if not closed and not want_removal(engine, job_id, Removal.OPERATOR):
        raise NotPossible(f"job {job_id} is being cancelled already")
    _note(engine, job_id, Action.CANCEL, "" if closed else "a worker has it: it ends before its reply")


def _keep(engine: Engine, job_id: int) -> None:
    """Take an operator's deletion back whose time has not come."""
    _job(engine, job_id)
    waits = (Job.id == job_id, Job.removal == Removal.OPERATOR, Job.removal_not_before > now())
    kept = {"removal": None, "removal_at": None, "removal_not_before": None}
    with engine.begin() as connection:
        if not connection.execute(update(Job).where(*waits, Job.removed_at.is_(None)).values(kept)).rowcount:
            raise NotPossible(f"the reply of job {job_id} is being deleted or is gone")
    _note(engine, job_id, Action.UNDELETE, "")


def remove(engine: Engine, job_id: int, why: Removal, *, grace: timedelta = timedelta(0)) -> None:
    """From now on the reply of this job has to go; a periodic task deletes it, its pictures, and what people wrote.

    Raises NotPossible for a job that ended without a reply, and for one whose reply has to go already.
    """
    job = _job(engine, job_id)
    if job.finished_at is not None and job.reply is None and job.replied_at is None:
        raise NotPossible(f"job {job_id} ended without a reply: there is nothing to delete")
    if job.removal is not None or not want_removal(engine, job_id, why, not_before=now() + grace if grace else None):
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
