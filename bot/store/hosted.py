"""Pictures at hosts: which are shown, which nobody wants any more, which the host has confirmed to be gone."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, Select, and_, func, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.aftercare import wait_after
from bot.store import notes
from bot.store.jobs import now
from bot.store.tables import Colourization, Hosted, Job, Photo

LINKED_WITHIN = timedelta(days=1)
"""A picture that no job is about so long after it was named was left over by one that died."""

_CHUNK = 5000
"""Rows that are looked at in one write transaction."""

_CHUNKS = 20
"""Of so many chunks each search for orphans takes the next, so that it takes as long beside millions of pictures."""

_LOOKED_AT = "orphans_looked_at"
"""The note that says up to which row."""


def shown() -> ColumnElement[bool]:
    """Whether a live job shows the picture: one that is open or answered, and whose answer has not to go."""
    on_page = and_(Job.delivery == "page", Job.replied_at.is_not(None))
    live = and_(Job.removal.is_(None), or_(Job.reply.is_not(None), Job.finished_at.is_(None), on_page))
    return or_(
        _of_colourization().join(Job, Job.id == Photo.job_id).where(live).exists(),
        _of_comparison().join(Job, Job.id == Photo.job_id).where(live).exists(),
    )


def give_up(session: Session, job_ids: Sequence[int], moment: datetime) -> None:
    """The pictures of these jobs are unwanted, unless a live job shows them too."""
    results = select(Colourization.hosted_id).join(Photo).where(Photo.job_id.in_(job_ids))
    comparisons = select(Photo.comparison_id).where(Photo.job_id.in_(job_ids))
    theirs = or_(Hosted.id.in_(results), Hosted.id.in_(comparisons))
    unwanted = update(Hosted).where(theirs, Hosted.unwanted_at.is_(None), ~shown()).values(unwanted_at=moment)
    session.execute(unwanted, execution_options={"synchronize_session": False})


def give_up_orphans(engine: Engine) -> int:
    """Pictures of jobs that ended without a reply, or of no job at all, are unwanted; returns how many.

    Looks at the next 100,000 rows of the table, from the first again after the last.
    """
    moment = now()
    linked = or_(_of_colourization().exists(), _of_comparison().exists())
    orphan = and_(~shown(), or_(linked, Hosted.created_at < moment - LINKED_WITHIN))
    kept = (Hosted.deleted_at.is_(None), Hosted.unwanted_at.is_(None))
    with engine.connect() as connection:
        last = connection.scalar(select(func.max(Hosted.id))) or 0
    found, begin = 0, int(notes.read(engine, _LOOKED_AT) or 0)
    end = begin + _CHUNKS * _CHUNK
    for first in range(begin, min(last, end), _CHUNK):
        these = update(Hosted).where(Hosted.id > first, Hosted.id <= first + _CHUNK, *kept, orphan)
        with engine.begin() as connection:
            found += connection.execute(these.values(unwanted_at=moment)).rowcount
    if begin or end < last:
        notes.write(engine, _LOOKED_AT, end if end < last else None)
    return found


def want_again(engine: Engine) -> int:
    """Keep what a job has begun to show since it was given up, as long as no deletion was tried; returns how many."""
    untouched = (Hosted.deleted_at.is_(None), Hosted.unwanted_at.is_not(None), Hosted.attempts == 0)
    with engine.begin() as connection:
        return connection.execute(update(Hosted).where(*untouched, shown()).values(unwanted_at=None)).rowcount


def to_delete(engine: Engine, limit: int, lag: timedelta) -> Sequence[Hosted]:
    """Unwanted pictures whose deletion is due, those that wait longest first.

    lag: how long a host may take to show what it was given; what may still show up is not due.
    """
    moment = now()
    waited = or_(Hosted.not_before.is_(None), Hosted.not_before <= moment)
    shown = or_(
        Hosted.asked_at.is_(None), and_(Hosted.asked_at <= moment - lag, Hosted.unwanted_at <= moment - lag)
    )  # the one is by Reddit's clock, the other by this machine's
    unwanted = (Hosted.deleted_at.is_(None), Hosted.unwanted_at.is_not(None), waited, shown)
    with Session(engine) as session:
        return session.scalars(select(Hosted).where(*unwanted).order_by(Hosted.unwanted_at).limit(limit)).all()


def deleting(engine: Engine, picture: Hosted) -> bool:
    """Count the attempt before it is made; False when the picture is wanted again, or gone."""
    unwanted = (Hosted.id == picture.id, Hosted.deleted_at.is_(None), Hosted.unwanted_at.is_not(None))
    with engine.begin() as connection:
        return bool(connection.execute(update(Hosted).where(*unwanted).values(attempts=Hosted.attempts + 1)).rowcount)


def which_are_given_up(engine: Engine, keys: Sequence[str]) -> set[str]:
    """Which of these pictures nobody wants any more, or nobody knows."""
    kept = select(Hosted.key).where(Hosted.key.in_(keys), Hosted.unwanted_at.is_(None))
    with engine.connect() as connection:
        return set(keys).difference(connection.scalars(kept))


def mark_deleted(engine: Engine, picture: Hosted) -> None:
    """Note that the host has confirmed the deletion."""
    gone = {"deleted_at": now(), "url": None, "token": None, "error": None, "not_before": None}
    with engine.begin() as connection:
        connection.execute(update(Hosted).where(Hosted.id == picture.id).values(gone))


def leave(engine: Engine, picture: Hosted, error: str) -> None:
    """Note that the picture may be left at its host, and that its deletion is not tried any more."""
    with engine.begin() as connection:
        left = {"deleted_at": now(), "url": None, "error": error, "not_before": None}
        connection.execute(update(Hosted).where(Hosted.id == picture.id).values(left))


def not_deleted(engine: Engine, picture: Hosted, error: str, at_least: float | None) -> int:
    """Try again later, not before so many seconds; returns how often it failed."""
    failures = picture.attempts + 1
    changes = {"error": error, "not_before": now() + wait_after(failures, at_least)}
    with engine.begin() as connection:
        connection.execute(update(Hosted).where(Hosted.id == picture.id).values(changes))
    return failures


def _of_colourization() -> Select[int]:
    return (
        select(Colourization.id)
        .join(Photo, Photo.id == Colourization.photo_id)
        .where(Colourization.hosted_id == Hosted.id)
    )


def _of_comparison() -> Select[int]:
    return select(Photo.id).where(Photo.comparison_id == Hosted.id)
