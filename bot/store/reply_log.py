"""Questions that the reply log asks the store."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from bot.store.tables import Job, Step


def latest_jobs(engine: Engine, *, before: int | None = None, limit: int = 50) -> Sequence[Job]:
    """The newest jobs, newest first; `before` continues below that job id."""
    statement = select(Job).order_by(Job.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(Job.id < before)
    with Session(engine) as session:
        return session.scalars(statement).all()


def job_by_id(engine: Engine, job_id: int) -> Job | None:
    """One job."""
    with Session(engine) as session:
        return session.get(Job, job_id)


def steps_of(engine: Engine, job_ids: Sequence[int]) -> dict[int, list[Step]]:
    """The steps of these jobs, in the order in which they ran."""
    with Session(engine) as session:
        steps = session.scalars(select(Step).where(Step.job_id.in_(job_ids)).order_by(Step.id)).all()
    found: dict[int, list[Step]] = {job_id: [] for job_id in job_ids}
    for step in steps:
        found[step.job_id].append(step)
    return found


def count_by_outcome(engine: Engine) -> dict[str, int]:
    """How many jobs ended in each way; jobs without an end yet count as "open"."""
    outcome = func.coalesce(Job.outcome, "open")
    with engine.connect() as connection:
        rows = connection.execute(select(outcome, func.count()).group_by(outcome))
        return {name: count for name, count in rows}  # noqa: C416 - a row is not typed as a pair


def oldest_open(engine: Engine) -> datetime | None:
    """When the summons that waits longest was received."""
    with engine.connect() as connection:
        return connection.scalar(select(func.min(Job.received_at)).where(Job.finished_at.is_(None)))


def step_totals(engine: Engine) -> dict[str, tuple[int, float]]:
    """How often the step of each stage ran, and the seconds that it took in all."""
    with engine.connect() as connection:
        rows = connection.execute(select(Step.stage, func.count(), func.sum(Step.seconds)).group_by(Step.stage))
        return {stage: (count, float(seconds)) for stage, count, seconds in rows}
