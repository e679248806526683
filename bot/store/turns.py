"""Which job comes next.

1. People before posts that nobody asked about.
2. The subreddit that had its turn longest ago, so that a busy one does not keep the others waiting.
3. What is due longest.

Two jobs about one post never run at once: the second sees what the first has answered, and uses its picture. Where the
first is handed from one worker to another between its steps, the second does not begin meanwhile.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, and_, case, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from bot.domain.reddit_types import Source
from bot.domain.stages import Stage
from bot.store.columns import Base, UtcDateTime
from bot.store.tables import Job


class Turn(Base):
    """When a job of a subreddit, or of any profile, was claimed last."""

    __tablename__ = "turns"

    subreddit: Mapped[str] = mapped_column(String(50), primary_key=True)
    served_at: Mapped[datetime] = mapped_column(UtcDateTime)


PROFILE = "u_"
"""What a subreddit's name begins with that is somebody's profile. All profiles share one turn: names are not kept."""

_OTHER = aliased(Job)
"""Another job. One alias for all statements: making its columns takes longer than a claim."""

_GROUP = case((Job.subreddit.startswith(PROFILE, autoescape=True), PROFILE), else_=Job.subreddit)


def next_turn(
    moment: datetime, paused: Collection[str] = (), *, stages: Collection[Stage] = tuple(Stage)
) -> Select[int, str, str | None]:
    """Id, place and post of the job whose turn it is, before one of `stages`.

    PostgreSQL locks the row and skips those that are locked.
    """
    unasked = case((Job.source == Source.SCAN, 1), else_=0)
    turn = (
        select(Job.id, _GROUP.label("place"), Job.post)
        .outerjoin(Turn, Turn.subreddit == _GROUP)
        .where(_free(moment, paused))
        .order_by(unasked, Turn.served_at.nulls_first(), Job.not_before, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=Job)
    )
    return turn if len(stages) == len(Stage) else turn.where(Job.stage.in_(stages))


def take_turn(
    session: Session,
    turn: Row[int, str, str | None],
    moment: datetime,
    paused: Collection[str],
    values: Mapping[str, Any],
) -> bool:
    """Write `values` into the job's row if it is still free; whether it was."""
    postgres = session.get_bind().dialect.name == "postgresql"
    if postgres and turn.post is not None:
        # Two claims of one post at once would not see each other.
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(turn.post))))
    statement = update(Job).where(Job.id == turn.id, _free(moment, paused)).values(values)
    taken = session.execute(statement, execution_options={"synchronize_session": False})
    if not getattr(taken, "rowcount", 0):
        return False
    insert = (postgresql if postgres else sqlite).insert(Turn).values(subreddit=turn.place, served_at=moment)
    session.execute(insert.on_conflict_do_update(index_elements=["subreddit"], set_={"served_at": moment}))
    return True


def _free(moment: datetime, paused: Collection[str]) -> ColumnElement[bool]:
    """The job is due, its step is not paused, and nobody works on it or on another one about the same post."""
    unclaimed = or_(Job.claimed_until.is_(None), Job.claimed_until < moment)
    other = _OTHER
    going_on = and_(other.stage != Stage.LOCATE, other.not_before <= moment)
    same_post = (
        select(other.id)
        .where(
            other.post == Job.post,
            other.id != Job.id,
            other.finished_at.is_(None),
            or_(other.claimed_until >= moment, and_(Job.stage == Stage.LOCATE, going_on)),
        )
        .exists()
    )
    due = and_(Job.finished_at.is_(None), Job.not_before <= moment, Job.stage.not_in(paused))
    return and_(due, unclaimed, ~same_post)
