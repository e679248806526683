"""Counts of what waits and what was done, for `colorizebot status` and for metrics."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, func, select

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


def endings_since(engine: Engine, moment: datetime) -> dict[str, int]:
    """How the jobs ended that were finished since then, the most frequent outcome first."""
    ended = select(Job.outcome, func.count()).where(Job.finished_at > moment, Job.outcome.is_not(None))
    with engine.connect() as connection:
        found = connection.execute(ended.group_by(Job.outcome).order_by(func.count().desc()))
        return {str(name): int(count) for name, count in found}
