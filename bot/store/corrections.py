"""Corrections: jobs by which somebody publishes other colours for a photo that was answered before."""

import hashlib
import json
from dataclasses import dataclass

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from bot.domain.outcomes import Group, Outcome
from bot.domain.reddit_types import Source
from bot.store.database import insert_new
from bot.store.jobs import now
from bot.store.tables import Job, Photo

MOST = 30
"""Corrections of one answer."""

_ANSWERED = Outcome.names(Group.ANSWERED)


class NotTaken(ValueError):
    """The correction is not taken; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Correctable:
    """An answer whose photo may be corrected: its first job, and the photo there."""

    job: Job
    photo: Photo


def correctable(engine: Engine, job: Job, number: int) -> Correctable | None:
    """The answer that a page belongs to; None where it has to go, the photo's address is forgotten, or it is a film."""
    with Session(engine, expire_on_commit=False) as session:
        root = job if job.revises is None else session.get(Job, job.revises)
        if root is None or root.removal is not None or root.forgotten_at is not None or root.replied_at is None:
            return None
        wanted = select(Photo).where(Photo.job_id == root.id, Photo.number == number, Photo.outcome.is_(None))
        photo = session.scalar(wanted)
        return Correctable(root, photo) if photo is not None and photo.url and not photo.moving else None


def publish(engine: Engine, answer: Correctable, correction: str, *, person: str | None) -> int:
    """Store a correction as a job; returns its id. The same once more is the same job, unless it was refused.

    correction: JSON, as the studio checks it. person: who publishes; None for somebody of whom nothing is known.
    Raises NotTaken.
    """
    root = answer.job
    body = json.dumps({"photo": answer.photo.number, "correction": json.loads(correction)}, sort_keys=True)
    with Session(engine) as session, session.begin():
        theirs = (Job.revises == root.id,)
        if (session.scalar(select(func.count()).where(*theirs)) or 0) >= MOST:
            raise NotTaken(f"This answer has been corrected {MOST} times, and that is as often as it can be.")
        refused = (*theirs, Job.finished_at.is_not(None), Job.outcome.not_in(_ANSWERED))
        tries = session.scalar(select(func.count()).where(*refused)) or 0
        key = hashlib.sha256(repr((root.id, body, person, tries)).encode()).hexdigest()
        summons = f"s_{key[:16]}"
        if (there := session.scalar(select(Job.id).where(Job.summons == summons))) is not None:
            return there
        by_them = Job.author == person if person else Job.author.is_(None)
        if session.scalar(select(Job.id).where(*theirs, by_them, Job.finished_at.is_(None)).limit(1)) is not None:
            raise NotTaken("The correction before this one is still being made. Please try again in a minute.")
        moment = now()
        row = {
            "summons": summons,
            "source": Source.STUDIO,
            "subreddit": root.subreddit,
            "author": person,
            "post": root.post,
            "title": root.title,
            "body": body,
            "permalink": "",
            "received_at": moment,
            "not_before": moment,
            "revises": root.id,
            "nsfw": root.nsfw,
        }
        session.execute(insert_new(engine, Job, row))
        return session.scalars(select(Job.id).where(Job.summons == summons)).one()


def newest(engine: Engine, root: int, number: int, *, also: int | None = None) -> Photo | None:
    """The photo of that number as the reply shows it since it was corrected; None where it was not.

    also: a correction that counts although the reply does not show it yet.
    """
    shows = Job.reply.is_not(None) if also is None else (Job.reply.is_not(None) | (Job.id == also))
    wanted = (
        select(Photo)
        .join(Job, Job.id == Photo.job_id)
        .where(Job.revises == root, Photo.number == number, Job.removal.is_(None), Photo.outcome.is_(None), shows)
        .order_by(Job.id.desc())
        .limit(1)
    )
    with Session(engine, expire_on_commit=False) as session:
        return session.scalar(wanted)
