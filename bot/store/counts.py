"""Counts of what waits and what was done, for `colorizebot status` and for metrics."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, and_, case, func, select

from bot.store.clock import present
from bot.store.tables import Hosted, Job


@dataclass(frozen=True, slots=True)
class Waiting:
    """Pictures that a host has to delete. oldest: since when the first of them is unwanted."""

    host: str
    count: int
    oldest: datetime | None


def replies_to_remove(engine: Engine) -> int:
    """Answers that have to go and are not gone."""
    wanted = select(func.count()).where(Job.removal.is_not(None), Job.removed_at.is_(None))
    with engine.connect() as connection:
        return connection.scalar(wanted) or 0


def pictures_to_delete(engine: Engine) -> list[Waiting]:
    """Unwanted pictures that are not gone, host by host."""
    unwanted = select(Hosted.host, func.count(), func.min(Hosted.unwanted_at)).where(
        Hosted.deleted_at.is_(None), Hosted.unwanted_at.is_not(None)
    )
    with engine.connect() as connection:
        return [
            Waiting(host, count, since) for host, count, since in connection.execute(unwanted.group_by(Hosted.host))
        ]


def postponed(engine: Engine) -> dict[str, int]:
    """Open jobs whose present step has failed and is tried again, by stage."""
    late = select(Job.stage, func.count()).where(Job.finished_at.is_(None), Job.attempts > 0).group_by(Job.stage)
    with engine.connect() as connection:
        return {str(stage): int(count) for stage, count in connection.execute(late)}


@dataclass(frozen=True, slots=True)
class Depth:
    """Jobs before one step. due, working: nobody, or somebody, works on them; age: seconds that the first is due."""

    due: int
    working: int
    age: float


def depths(engine: Engine) -> dict[str, Depth]:
    """What waits before each step now, by the database's clock; steps before which nothing waits are left out."""
    with engine.connect() as connection:
        moment = present(connection)
        held = and_(Job.claimed_until.is_not(None), Job.claimed_until >= moment)
        due = and_(Job.not_before <= moment, ~held)
        query = (
            select(
                Job.stage,
                func.sum(case((due, 1), else_=0)),
                func.sum(case((held, 1), else_=0)),
                func.min(case((due, Job.not_before))),
            )
            .where(Job.finished_at.is_(None))
            .group_by(Job.stage)
        )
        return {
            str(stage): Depth(int(waiting), int(working), (moment - since).total_seconds() if since else 0.0)
            for stage, waiting, working, since in connection.execute(query)
        }


def endings_since(engine: Engine, moment: datetime) -> dict[str, int]:
    """How the jobs ended that were finished since then, the most frequent outcome first."""
    ended = select(Job.outcome, func.count()).where(Job.finished_at > moment, Job.outcome.is_not(None))
    with engine.connect() as connection:
        found = connection.execute(ended.group_by(Job.outcome).order_by(func.count().desc()))
        return {str(name): int(count) for name, count in found}
