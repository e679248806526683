"""Finding the job that a reply of the bot's belongs to."""

from typing import Any

from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import Session

from bot.domain.outcomes import Outcome
from bot.store.tables import Job

_SHOWING = (Outcome.COLORIZED, Outcome.GIVEN_AGAIN)


def named(engine: Engine, fullname: str) -> Job | None:
    """The answered job whose summons or whose reply has this fullname."""
    return _newest(engine, or_(Job.summons == fullname, Job.reply == fullname))


def of_author(engine: Engine, author: str, post: str | None) -> Job | None:
    """The newest job that was answered for this person, in this post where one is given.

    Private messages are left out: Reddit does not let a bot delete them.
    """
    deletable = or_(Job.reply.like("t1%"), Job.outcome.in_(_SHOWING))
    return _newest(engine, Job.author == author, deletable, *([Job.post == post] if post is not None else []))


def linked_in(engine: Engine, job: Job) -> bool:
    """Whether somebody got a link to the studio as a comment in the same thread before."""
    others = (Job.post == job.post, Job.id != job.id, Job.outcome == Outcome.LINKED, Job.delivery == "comment")
    with Session(engine) as session:
        return session.scalar(select(Job.id).where(*others).limit(1)) is not None


def _newest(engine: Engine, *which: Any) -> Job | None:
    # A correction shows in the answer that it corrects, which is the one that is meant.
    found = select(Job).where(*which, Job.reply.is_not(None), Job.revises.is_(None)).order_by(Job.id.desc()).limit(1)
    with Session(engine, expire_on_commit=False) as session:
        return session.scalar(found)
