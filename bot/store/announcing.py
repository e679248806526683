"""Which jobs are announced to the workers through a message broker.

The row is the job; a message only says that somebody may look at it. So a message that is lost costs AGAIN, and one
that comes twice finds the job claimed.
"""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import Engine, or_, update
from sqlalchemy.orm import Session

from bot.domain.stages import Stage
from bot.store.clock import present
from bot.store.tables import Job
from bot.store.turns import next_turn

AGAIN = timedelta(seconds=15)
"""A job that nobody has taken up for so long is announced again."""


def to_announce(engine: Engine, stages: Collection[Stage], limit: int, *, paused: Collection[str] = ()) -> list[int]:
    """Ids of the jobs before one of `stages` that come next, at most `limit`; marked, so that nobody else gets them."""
    with Session(engine) as session, session.begin():
        moment = present(session)
        unheard = or_(Job.announced_at.is_(None), Job.announced_at < moment - AGAIN)
        turns = next_turn(paused, stages=stages).where(unheard).limit(limit)
        found = [row.id for row in session.execute(turns, {"present": moment})]
        _mark(session, found, moment)
    return found


def unheard(engine: Engine, jobs: Collection[int]) -> None:
    """Nobody will come because of these announcements: they could not be sent, or whoever came could not work."""
    with Session(engine) as session, session.begin():
        _mark(session, jobs, None)


def _mark(session: Session, jobs: Collection[int], moment: object) -> None:
    if jobs:
        statement = update(Job).where(Job.id.in_(jobs)).values(announced_at=moment)
        session.execute(statement, execution_options={"synchronize_session": False})
