"""Which job comes next.

1. People before posts that nobody asked about.
2. The subreddit that had its turn longest ago, so that a busy one does not keep the others waiting.
3. What is due longest.

Two jobs about one post never run at once: the second sees what the first has answered, and uses its picture. Where the
first is handed from one worker to another between its steps, the second does not begin meanwhile.
"""

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache

from sqlalchemy import (
    ColumnElement,
    Insert,
    Row,
    Select,
    String,
    Update,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)
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


_PRESENT = bindparam("present", type_=UtcDateTime)
"""The present, in the statements below. They are built once: building them costs more than SQLite's answer."""


def next_turn(
    paused: Collection[str] = (), *, stages: Collection[Stage] = tuple(Stage)
) -> Select[int, str, str | None]:
    """Id, place and post of the job whose turn it is, before one of `stages`; executed with the `present`.

    PostgreSQL locks the row and skips those that are locked.
    """
    return _next_turn(frozenset(paused), frozenset(stages))


@lru_cache(maxsize=100)
def _next_turn(paused: frozenset[str], stages: frozenset[Stage]) -> Select[int, str, str | None]:
    unasked = case((Job.source == Source.SCAN, 1), else_=0)
    turn = (
        select(Job.id, _GROUP.label("place"), Job.post)
        .outerjoin(Turn, Turn.subreddit == _GROUP)
        .where(_free(paused))
        .order_by(unasked, Turn.served_at.nulls_first(), Job.not_before, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=Job)
    )
    return turn if len(stages) == len(Stage) else turn.where(Job.stage.in_(sorted(stages)))


def take_turn(
    session: Session,
    turn: Row[int, str, str | None],
    moment: datetime,
    paused: Collection[str],
    worker: str,
    until: datetime,
) -> bool:
    """Give the job to `worker` if it is still free; whether it was. A claim that ran out counts as a death."""
    postgres = session.get_bind().dialect.name == "postgresql"
    if postgres and turn.post is not None:
        # Two claims of one post at once would not see each other.
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(turn.post))))
    connection = session.connection()
    claimed = {"turn": turn.id, "worker": worker, "until": until, "present": moment}
    if not connection.execute(_claim(frozenset(paused)), claimed).rowcount:
        return False
    connection.execute(_SERVED[postgres], {"subreddit": turn.place, "served_at": moment})
    return True


@lru_cache(maxsize=100)
def _claim(paused: frozenset[str]) -> Update:
    deaths = Job.deaths + case((Job.claimed_until.is_(None), 0), else_=1)
    until = bindparam("until", type_=UtcDateTime)
    return (
        update(Job)
        .where(Job.id == bindparam("turn"), _free(paused))
        .values(
            claimed_by=bindparam("worker"), claimed_until=until, claims=Job.claims + 1, deaths=deaths, announced_at=None
        )
    )


def _served(postgres: bool) -> Insert:
    insert = (postgresql if postgres else sqlite).insert(Turn)
    changed: Insert = insert.on_conflict_do_update(
        index_elements=["subreddit"], set_={"served_at": insert.excluded.served_at}
    )
    return changed


_SERVED = {postgres: _served(postgres) for postgres in (False, True)}


def _free(paused: Collection[str]) -> ColumnElement[bool]:
    """The job is due, its step is not paused, and nobody works on it or on another one about the same post."""
    unclaimed = or_(Job.claimed_until.is_(None), Job.claimed_until < _PRESENT)
    other = _OTHER
    going_on = and_(other.stage != Stage.LOCATE, other.not_before <= _PRESENT)
    same_post = (
        select(other.id)
        .where(
            other.post == Job.post,
            other.id != Job.id,
            other.finished_at.is_(None),
            or_(other.claimed_until >= _PRESENT, and_(Job.stage == Stage.LOCATE, going_on)),
        )
        .exists()
    )
    due = and_(Job.finished_at.is_(None), Job.not_before <= _PRESENT, Job.stage.not_in(sorted(paused)))
    return and_(due, unclaimed, ~same_post)
