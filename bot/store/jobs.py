"""Jobs: receive, claim, advance, postpone, finish. Each function is one transaction.

Two workers never own one job: a claim is an UPDATE that names what it expects to find, and only the worker whose
UPDATE changed the row goes on. Every later write names the owner too, so a worker that lost its claim changes nothing.
What is compared with other hosts' times is taken from the database's clock (`clock.py`).
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, String, and_, bindparam, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from bot.domain.outcomes import Outcome
from bot.domain.reddit_types import Summons
from bot.domain.retry import wait_after_death
from bot.domain.stages import Stage
from bot.store.clock import now as now
from bot.store.clock import present
from bot.store.tables import Job, Step
from bot.store.turns import next_turn, take_turn

LEASE = timedelta(seconds=90)
"""How long a claim lasts that its process does not renew; long enough for a database to be restarted."""

THREAD_MARK = "/"
"""Between a process's work.name and the number of its worker thread, in `Job.claimed_by`."""


def thread_name(process: str, index: int) -> str:
    """The name of a worker thread, counted from 0, of a process; the first has that of the process."""
    return process if index == 0 else f"{process}{THREAD_MARK}{index + 1}"


log = structlog.get_logger("bot.store")


# What is written in every step is built once: building a statement costs more than SQLite's answer.
_HELD = and_(
    Job.id == bindparam("held_id"),
    Job.claimed_by.is_not_distinct_from(bindparam("held_by", type_=String)),
    Job.claims == bindparam("held_claims"),
    Job.finished_at.is_(None),
)
"""The row, as long as it is claimed as it was, and not given up and claimed again under the same name."""

_CHANGE = update(Job).where(_HELD)
_OF_STEP = ("job_id", "stage", "started_at", "seconds", "result", "detail")
_NOTE_STEP = insert(Step)
_RECEIVE = {
    name: dialect.insert(Job).on_conflict_do_nothing().returning(Job.id)
    for name, dialect in (("postgresql", postgresql), ("sqlite", sqlite))
}


class ClaimLost(RuntimeError):
    """Another worker owns the job now; whatever this one was about to write is dropped."""


def receive(engine: Engine, summonses: Iterable[Summons]) -> int:
    """Store each summons as a job, once; returns how many were new.

    Each is stored by itself: one that the database will not take does not keep the others out.
    """
    new = 0
    for summons in summonses:
        row: dict[str, Any] = {
            "summons": summons.fullname,
            "source": summons.source,
            "subreddit": summons.subreddit,
            "author": summons.author,
            "post": summons.post,
            "title": summons.title,
            "body": summons.body,
            "permalink": summons.permalink,
        }
        try:
            with engine.begin() as connection:
                row |= dict.fromkeys(("received_at", "not_before"), present(connection))
                # Not rowcount: PostgreSQL's driver gives -1 here.
                new += connection.execute(_RECEIVE[engine.dialect.name], row).first() is not None
        except DataError:
            log.exception("not_stored", summons=summons.fullname)
    return new


def known(engine: Engine, fullnames: Iterable[str]) -> set[str]:
    """Which of these summonses have a job already."""
    with engine.connect() as connection:
        return set(connection.scalars(select(Job.summons).where(Job.summons.in_(list(fullnames)))))


def which_are_finished(engine: Engine, fullnames: Iterable[str]) -> set[str]:
    """Which of these summonses have a job that is closed."""
    closed = select(Job.summons).where(Job.summons.in_(list(fullnames)), Job.finished_at.is_not(None))
    with engine.connect() as connection:
        return set(connection.scalars(closed))


def claim(
    engine: Engine,
    worker: str,
    *,
    paused: Collection[str] = (),
    only: int | None = None,
    stages: Collection[Stage] = tuple(Stage),
) -> Job | None:
    """The job whose turn it is, now owned by `worker`; None when nothing is due. paused: stages that are not begun now.

    only: no other job than the one of this id. stages: none before another step. A claim that ran out counts as a
    death: whoever held it may have died of this very job.
    """
    while True:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            moment = present(session)
            wanted = next_turn(paused, stages=stages)
            wanted = wanted if only is None else wanted.where(Job.id == only)
            turn = session.execute(wanted, {"present": moment}).first()
            if turn is None:
                return None
            if take_turn(session, turn, moment, paused, worker, moment + LEASE):
                return session.get_one(Job, turn.id)
        # Somebody else was faster; look for the next one.


def release(engine: Engine, worker: str, *, died: bool, grace: timedelta = timedelta(0)) -> int:
    """Give up every claim of the process `worker` and of its threads; returns how many there were.

    died: the process of that name ended without doing so itself. That is counted, so that a job that kills its worker
    is given up in the end. Those jobs wait as `wait_after_death` says, from `grace` on, so that a process that cannot
    stay alive for another reason does not use up their tries.
    """
    threads = Job.claimed_by.startswith(worker + THREAD_MARK, autoescape=True)
    belonging = (or_(Job.claimed_by == worker, threads), Job.finished_at.is_(None))
    held = update(Job).where(*belonging)
    values: dict[str, Any] = {"claimed_by": None, "claimed_until": None}
    with Session(engine) as session, session.begin():
        if died:
            moment = present(session)
            for job_id, stage, deaths in session.execute(select(Job.id, Job.stage, Job.deaths).where(*belonging)).all():
                later = moment + wait_after_death(stage, deaths, grace)
                session.execute(update(Job).where(Job.id == job_id).values(not_before=later))
            values["deaths"] = Job.deaths + 1
        return _rows(session, held.values(values))


def give_back(engine: Engine, worker: str, error: str, *, grace: timedelta) -> int:
    """Give up the claims of a worker that lives, after a step that could not be written down; returns how many.

    The step is run again. A reply that was posted gets `grace` to become visible, and is looked for thoroughly because
    the attempt is counted.
    """
    held = update(Job).where(Job.claimed_by == worker, Job.finished_at.is_(None))
    back = {"claimed_by": None, "claimed_until": None, "attempts": Job.attempts + 1, "error": error}
    with Session(engine) as session, session.begin():
        later = held.where(Job.stage == Stage.REPLY).values(not_before=present(session) + grace)
        session.execute(later, execution_options={"synchronize_session": False})
        return _rows(session, held.values(back))


def let_wait(engine: Engine, job: Job, after: timedelta = timedelta(0)) -> None:
    """Give up the claim of a job whose next step is paused, or has to wait for another job's.

    It is due after so long, and as soon as that step goes on. That is no failure, so it is not counted.
    """
    with engine.begin() as connection:
        values = {"claimed_by": None, "claimed_until": None}
        later = {"not_before": present(connection) + after} if after else {}
        _change(connection, job, {**values, **later})
    job.claimed_by = job.claimed_until = None


def renew(engine: Engine, job: Job) -> None:
    """Extend the claim; raises ClaimLost when it is somebody else's. One that ran out and was not taken is kept."""
    with engine.begin() as connection:
        if not _change(connection, job, {"claimed_until": present(connection) + LEASE}):
            raise _lost(job)


def about_to_send(engine: Engine, job: Job, at: datetime) -> None:
    """Note that an answer may be on its way from now on, and extend the claim; raises ClaimLost. at: Reddit's time."""
    with engine.begin() as connection:
        if not _change(connection, job, {"sent_at": at, "claimed_until": present(connection) + LEASE}):
            raise _lost(job)
    job.sent_at = at


def not_sent(engine: Engine, job: Job) -> None:
    """Note that Reddit did not take the answer."""
    with engine.begin() as connection:
        _change(connection, job, {"sent_at": None})
    job.sent_at = None


def note_reply(engine: Engine, job: Job, fullname: str, permalink: str) -> None:
    """Note a reply that stands while the job is still at work; raises ClaimLost. `replied_at` is for the answer."""
    values = {"reply": fullname, "reply_permalink": permalink, "sent_at": None}
    with engine.begin() as connection:
        if not _change(connection, job, values):
            raise _lost(job)
    job.reply, job.reply_permalink, job.sent_at = fullname, permalink, None


def renew_all(engine: Engine, held: Iterable[Job]) -> None:
    """Extend the claims of jobs that are being worked on; those that are somebody else's are left alone."""
    with engine.begin() as connection:
        until = present(connection) + LEASE
        for job in held:
            _change(connection, job, {"claimed_until": until})


def advance(engine: Engine, job: Job, step: Step, stage: Stage, values: Mapping[str, Any]) -> None:
    """Commit a finished step: its row, the values it found, and the stage that comes next."""
    _write(engine, job, step, {**values, "stage": stage, "attempts": 0, "deaths": 0})


def conclude(engine: Engine, job: Job, step: Step, outcome: Outcome, detail: str) -> None:
    """The end is known: only FINISH is left to do."""
    changes = {
        "outcome": outcome,
        "detail": detail,
        "stage": Stage.FINISH,
        "attempts": 0,
        "deaths": 0,
    }
    _write(engine, job, step, changes)


def postpone(engine: Engine, job: Job, step: Step, after: timedelta, error: str) -> None:
    """Try the same step again after so long; the claim is given up meanwhile."""
    changes = {
        "not_before": after,
        "attempts": job.attempts + 1,
        "error": error,
        "claimed_by": None,
        "claimed_until": None,
    }
    _write(engine, job, step, changes)


def finish(engine: Engine, job: Job, step: Step, outcome: Outcome) -> None:
    """Close the job for good."""
    changes = {"outcome": outcome, "finished_at": timedelta(0), "claimed_by": None, "claimed_until": None}
    _write(engine, job, step, changes)


def next_due(engine: Engine, *, paused: Collection[str] = ()) -> datetime | None:
    """When the earliest open job may be claimed; None when no job is open. paused: stages that are not begun now."""
    with engine.connect() as connection:
        open_jobs = (Job.finished_at.is_(None), Job.stage.not_in(paused))
        waiting = select(Job.not_before, Job.claimed_until).where(*open_jobs)
        times = [max(time for time in row if time is not None) for row in connection.execute(waiting)]
    return min(times, default=None)


def newest_id(engine: Engine) -> int:
    """The number of the newest job; 0 when there was none yet."""
    with engine.connect() as connection:
        return connection.scalar(select(func.max(Job.id))) or 0


def count_open(engine: Engine) -> int:
    """How many jobs wait or are being worked on."""
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(Job).where(Job.finished_at.is_(None))) or 0


def _change(connection: Connection, job: Job, values: Mapping[str, Any]) -> int:
    """Write into the row as long as it is held by whoever held `job`; returns how many rows were changed."""
    held = {"held_id": job.id, "held_by": job.claimed_by, "held_claims": job.claims}
    return connection.execute(_CHANGE, {**values, **held}).rowcount


def _lost(job: Job) -> ClaimLost:
    return ClaimLost(f"job {job.id} is no longer claimed by {job.claimed_by}")


def _write(engine: Engine, job: Job, step: Step, changes: Mapping[str, Any]) -> None:
    """Commit a step. A change that is a duration means that much after the present of the database."""
    with engine.begin() as connection:
        moment = present(connection)
        values = {"claimed_until": moment + LEASE, **changes}
        values = {name: moment + value if isinstance(value, timedelta) else value for name, value in values.items()}
        if not _change(connection, job, values):
            raise _lost(job)
        connection.execute(_NOTE_STEP, {name: getattr(step, name) for name in _OF_STEP})
    for name, value in values.items():
        setattr(job, name, value)


def _rows(session: Session, statement: Any) -> int:
    """How many rows an UPDATE changed."""
    return int(getattr(session.execute(statement, execution_options={"synchronize_session": False}), "rowcount", 0))
