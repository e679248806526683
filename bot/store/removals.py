"""Replies that have to go, and looking after those that stand.

A removal is wanted first and done later, step by step: a task that dies in between starts over without harm.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, and_, func, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.aftercare import Removal, looks, wait_after
from bot.domain.reddit_types import Source
from bot.store.forgetting import forget, forget_subreddit
from bot.store.hosted import give_up
from bot.store.jobs import now
from bot.store.tables import Job


def want_removal(engine: Engine, job_id: int, why: Removal, *, not_before: datetime | None = None) -> bool:
    """Mark the reply of this job for removal; False when that was wanted before, and the first reason stays.

    not_before: until then the wish can be taken back, and nothing is done.
    """
    wanted = _wanted((Job.id == job_id,), why)
    if not_before is not None:
        wanted = wanted.values(removal_not_before=not_before)
    with engine.begin() as connection:
        return bool(connection.execute(wanted).rowcount)


def is_wanted(engine: Engine, job_id: int) -> bool:
    """Whether the reply of this job has to go, be it given or not."""
    with engine.connect() as connection:
        return connection.scalar(select(Job.removal).where(Job.id == job_id)) is not None


def expire(engine: Engine, keep: timedelta) -> int:
    """Want the removal of every reply that stands longer than that; returns how many."""
    old = (Job.replied_at < now() - keep, Job.removal.is_(None))
    with engine.begin() as connection:
        return connection.execute(_wanted(old, Removal.EXPIRED)).rowcount


def retract_answers_in(engine: Engine, subreddit: str) -> None:
    """The moderators sent the bot away: answers that nobody asked for go, and what people wrote there is forgotten."""
    unasked = (func.lower(Job.subreddit) == subreddit.lower(), Job.source == Source.SCAN, Job.reply.is_not(None))
    with engine.begin() as connection:
        connection.execute(_wanted(unasked, Removal.SUBREDDIT_LEFT))
    forget_subreddit(engine, subreddit)


def due(engine: Engine, limit: int) -> Sequence[Job]:
    """Jobs whose removal is wanted and not done, oldest wish first.

    A job that may still post waits until it cannot any more: its reply would stay.
    """
    settled = or_(Job.finished_at.is_not(None), Job.reply.is_not(None))
    waited = or_(Job.removal_not_before.is_(None), Job.removal_not_before <= now())
    wanted = (Job.removed_at.is_(None), Job.removal.is_not(None), settled, waited)
    with Session(engine) as session:
        return session.scalars(select(Job).where(*wanted).order_by(Job.removal_at, Job.id).limit(limit)).all()


def spread(engine: Engine, job: Job) -> int:
    """An answer and what corrects it go together; returns how many more have to go now.

    A correction that got a page of its own takes nothing with it.
    """
    if job.revises is None:
        family = Job.revises == job.id
    elif job.reply is not None:
        family = or_(Job.id == job.revises, Job.revises == job.revises)
    else:
        return 0
    with engine.begin() as connection:
        return connection.execute(_wanted((family,), job.removal)).rowcount


def take_back(engine: Engine, job_id: int) -> None:
    """Give up the pictures that only this job shows, and forget what people wrote. Needs no Reddit."""
    moment = now()
    with Session(engine) as session, session.begin():
        give_up(session, [job_id], moment)
        forget(session, [job_id], moment, photos_too=True)


def mark_removed(engine: Engine, job_id: int) -> None:
    """Note that the bot's comment is gone."""
    with engine.begin() as connection:
        connection.execute(update(Job).where(Job.id == job_id).values(removed_at=now(), removal_not_before=None))


def put_off(engine: Engine, job: Job, at_least: float | None) -> int:
    """The comment could not be deleted: try again later, not before so many seconds; returns how often it failed."""
    failures = job.removal_attempts + 1
    changes = {"removal_attempts": failures, "removal_not_before": now() + wait_after(failures, at_least)}
    with engine.begin() as connection:
        connection.execute(update(Job).where(Job.id == job.id).values(changes))
    return failures


def to_look_at(engine: Engine, watch: timedelta, limit: int) -> list[Job]:
    """Jobs whose reply stands and about which Reddit should be asked now: those not asked about yet, then by age."""
    moment = before = now()
    stands = select(Job).where(Job.replied_at.is_not(None), Job.removal.is_(None), Job.reply.is_not(None))
    # The order of each decides which index is read: by the time of the reply as long as that bounds the rows.
    asked = [stands.where(Job.looked_at.is_(None)).order_by(Job.replied_at.desc())]
    for age, every in looks(watch):
        due = stands.where(Job.replied_at <= before, Job.looked_at <= moment - every)
        if age is None:
            asked.append(due.order_by(Job.looked_at))
        else:
            before = moment - age
            asked.append(due.where(Job.replied_at > before).order_by(Job.replied_at.desc()))
    found: list[Job] = []
    with Session(engine) as session:
        for statement in asked:
            found += session.scalars(statement.limit(limit - len(found)))
    return found


def mark_looked_at(engine: Engine, scores: Mapping[int, int | None], removals: Iterable[tuple[int, Removal]]) -> int:
    """Note what was seen: the score of each job's reply (None: not known), and which have to go; returns how many."""
    with engine.begin() as connection:
        moment = now()
        for job_id, score in scores.items():
            seen: dict[str, Any] = {"looked_at": moment} | ({} if score is None else {"score": score})
            connection.execute(update(Job).where(Job.id == job_id).values(seen))
        return sum(connection.execute(_wanted((Job.id == job_id,), why)).rowcount for job_id, why in removals)


def _wanted(which: Iterable[Any], why: Removal | None) -> Any:
    still = and_(*which, Job.removal.is_(None))
    return update(Job).where(still).values(removal=why, removal_at=now())
