"""Taking out of the database what people wrote and who they are."""

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, case, func, null, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.store.jobs import now
from bot.store.tables import Colourization, Job, Photo, Step

BATCH = 500

SMALL = 256 * 2**20
"""Bytes of a database file that is written anew whenever something was forgotten; it takes a second or two."""

FORGOTTEN = "forgotten"
"""Stands in the settings of a result for an address that an asker gave, so that they equal no other settings."""


def forget_before(engine: Engine, keep: timedelta) -> int:
    """Forget what people wrote in every closed job that was received longer ago; returns how many jobs that were."""
    return _forget_closed(engine, Job.received_at < now() - keep)


def forget_subreddit(engine: Engine, subreddit: str) -> int:
    """Forget what people wrote in every closed job of that subreddit; returns how many jobs that were."""
    return _forget_closed(engine, func.lower(Job.subreddit) == subreddit.lower())


def _forget_closed(engine: Engine, which: ColumnElement[bool]) -> int:
    closed = (Job.forgotten_at.is_(None), which, Job.finished_at.is_not(None))
    found = 0
    while True:
        with Session(engine) as session, session.begin():
            ids = session.scalars(select(Job.id).where(*closed).order_by(Job.received_at).limit(BATCH)).all()
            forget(session, ids, now())
        found += len(ids)
        if len(ids) < BATCH:
            return found


def forget(session: Session, job_ids: Sequence[int], moment: datetime, *, photos_too: bool = False) -> None:
    """Clear names, texts and addresses of these jobs.

    photos_too: also the fingerprints of their photos; those of jobs without an answer go in any case.
    """
    if not job_ids:
        return
    # Titles are part of permalinks, and people's names of their profiles'. The bot's own thread is nobody else's.
    link = "/comments/" + func.substr(Job.post, 4) + "/_/" + func.substr(Job.reply, 4) + "/"
    values = {
        "author": None,
        "post_author": None,
        "title": "",
        "body": "",
        "permalink": "",
        "wanted": null(),
        "answer": None,
        "notes": null(),
        "detail": "",
        "error": None,
        "reply_permalink": case((Job.delivery == "thread", Job.reply_permalink), (Job.reply.like("t1%"), link)),
        "subreddit": case((Job.subreddit.like(r"u\_%", escape="\\"), "u_"), else_=Job.subreddit),
        "forgotten_at": moment,
    }
    photo = {"url": "", "fallbacks": []} | ({"fingerprint": None} if photos_too else {})
    unanswered = select(Job.id).where(Job.id.in_(job_ids), Job.replied_at.is_(None))
    for statement in (
        update(Job).where(Job.id.in_(job_ids)).values(values),
        update(Photo).where(Photo.job_id.in_(job_ids)).values(photo),
        update(Photo).where(Photo.job_id.in_(unanswered)).values(fingerprint=None),
        update(Step).where(Step.job_id.in_(job_ids), Step.detail != "").values(detail=""),
    ):
        session.execute(statement, execution_options={"synchronize_session": False})
    _forget_examples(session, job_ids)


def which_are_forgotten(engine: Engine, job_ids: Sequence[int]) -> set[int]:
    """Which of these jobs are forgotten, or not known at all."""
    kept = select(Job.id).where(Job.id.in_(job_ids), Job.forgotten_at.is_(None))
    with engine.connect() as connection:
        return set(job_ids).difference(connection.scalars(kept))


def clear_remains(engine: Engine, *, within: timedelta | None = None) -> None:
    """Take what was forgotten out of SQLite's files: out of its write-ahead log and out of pages that were rebuilt.

    `secure_delete` overwrites what is deleted, but not what a page still holds in its gaps after its rows were moved to
    another; so a file of at most `SMALL` is written anew as well, if a job was forgotten `within` that time, or always.
    """
    if engine.dialect.name != "sqlite":
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        usual = connection.exec_driver_sql("PRAGMA busy_timeout").scalar()
        connection.exec_driver_sql("PRAGMA busy_timeout=1000")  # writers wait meanwhile; the next run tries again
        try:
            pages, size = (
                connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("page_count", "page_size")
            )
            if pages * size <= SMALL and (within is None or _forgot_since(connection, now() - within)):
                with suppress(OperationalError):  # somebody is reading or writing
                    connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={usual}")


def _forgot_since(connection: Connection, moment: datetime) -> bool:
    return connection.scalar(select(Job.id).where(Job.forgotten_at >= moment).limit(1)) is not None


def _forget_examples(session: Session, job_ids: Sequence[int]) -> None:
    """`like URL` is part of a result's settings."""
    theirs = (
        select(Colourization).join(Photo).where(Photo.job_id.in_(job_ids), Colourization.settings.contains('"like"'))
    )
    for result in session.scalars(theirs):
        settings = json.loads(result.settings)
        result.settings = json.dumps({**settings, "like": FORGOTTEN}, sort_keys=True)
