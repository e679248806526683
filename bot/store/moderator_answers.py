"""What moderators wrote to the bot in modmail, for the operator to read."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from bot.store.database import insert_new
from bot.store.jobs import now
from bot.store.operator_tables import ModeratorAnswer


def keep(engine: Engine, answer: ModeratorAnswer) -> bool:
    """Store what a moderator wrote; False when it was stored before."""
    columns = ModeratorAnswer.__table__.columns.keys()
    row = {name: getattr(answer, name) for name in columns}
    with engine.begin() as connection:
        return (
            connection.execute(insert_new(engine, ModeratorAnswer, row).returning(ModeratorAnswer.id)).first()
            is not None
        )


def latest(engine: Engine, *, limit: int = 20) -> Sequence[ModeratorAnswer]:
    """The newest, newest first."""
    query = select(ModeratorAnswer).order_by(ModeratorAnswer.sent_at.desc(), ModeratorAnswer.id.desc()).limit(limit)
    with Session(engine) as session:
        return session.scalars(query).all()


def forget_before(engine: Engine, keep: timedelta) -> int:
    """Delete what was written longer ago; returns how many there were."""
    with engine.begin() as connection:
        return connection.execute(delete(ModeratorAnswer).where(ModeratorAnswer.sent_at < now() - keep)).rowcount


def forget_subreddit(engine: Engine, subreddit: str) -> None:
    """Delete what the moderators of that subreddit wrote."""
    with engine.begin() as connection:
        connection.execute(delete(ModeratorAnswer).where(ModeratorAnswer.subreddit == subreddit.lower()))


def forget_author(engine: Engine, name: str) -> int:
    """Delete what that person wrote; returns how many there were."""
    theirs = delete(ModeratorAnswer).where(func.lower(ModeratorAnswer.author) == name.lower())
    with engine.begin() as connection:
        return connection.execute(theirs).rowcount
