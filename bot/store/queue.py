"""What waits, by the step that comes next, and putting it forward."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.stages import Stage
from bot.store.jobs import now
from bot.store.tables import Job

CANCELLABLE = [stage for stage in Stage if stage not in (Stage.REPLY, Stage.FINISH)]
"""Steps before which a job can be cancelled: later, an answer may be on its way or stand."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Open jobs whose next step is `stage`: being worked on, due now, and put off after a failure or until a time.

    oldest: when the first of them was received. next_try: when the first that was put off is due. error: the last
    failure of one of those that were put off.
    """

    stage: str
    working: int
    due: int
    later: int
    oldest: datetime | None
    next_try: datetime | None
    error: str


def by_stage(engine: Engine) -> list[Waiting]:
    """One for each stage, in their order."""
    moment = now()
    held = and_(Job.claimed_until.is_not(None), Job.claimed_until > moment)
    later = and_(Job.not_before > moment, ~held)
    query = (
        select(
            Job.stage,
            func.sum(case((held, 1), else_=0)),
            func.sum(case((or_(held, later), 0), else_=1)),
            func.sum(case((later, 1), else_=0)),
            func.min(Job.received_at),
            func.min(case((later, Job.not_before))),
            func.max(case((later, Job.error))),
        )
        .where(Job.finished_at.is_(None))
        .group_by(Job.stage)
    )
    with engine.connect() as connection:
        found = {str(row[0]): row for row in connection.execute(query)}
    empty = (None, 0, 0, 0, None, None, None)
    rows = [(stage.value, found.get(stage.value, empty)) for stage in Stage]
    return [
        Waiting(stage, int(row[1]), int(row[2]), int(row[3]), row[4], row[5], str(row[6] or "")) for stage, row in rows
    ]


def waiting_for(engine: Engine, stage: Stage, *, limit: int) -> Sequence[Job]:
    """Open jobs whose next step is `stage` and that nobody works on, the oldest first."""
    free = or_(Job.claimed_until.is_(None), Job.claimed_until < now())
    query = select(Job).where(Job.finished_at.is_(None), Job.stage == stage, free).order_by(Job.id).limit(limit)
    with Session(engine) as session:
        return session.scalars(query).all()


def try_now(engine: Engine) -> int:
    """Every job that was put off is due at once; returns how many."""
    moment = now()
    put_off = (Job.finished_at.is_(None), Job.not_before > moment, Job.claimed_by.is_(None))
    with engine.begin() as connection:
        return connection.execute(update(Job).where(*put_off).values(not_before=moment)).rowcount
