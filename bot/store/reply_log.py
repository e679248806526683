"""Questions that the reply log asks the store about jobs that it has found (`log_search.py` finds them)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.store.tables import Colourization, Hosted, Job, Photo, Step


@dataclass(frozen=True, slots=True)
class Pictures:
    """The photos of one job in the asker's order, what was made of each (by photo id), and the files (by their id)."""

    photos: Sequence[Photo]
    colourizations: Mapping[int, Sequence[Colourization]]
    hosted: Mapping[int, Hosted]


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


def jobs_by_id(engine: Engine, job_ids: Sequence[int]) -> Sequence[Job]:
    """These jobs, newest first; those that there are."""
    with Session(engine) as session:
        return session.scalars(select(Job).where(Job.id.in_(job_ids)).order_by(Job.id.desc())).all()


def neighbours(engine: Engine, job_id: int) -> tuple[int | None, int | None]:
    """The numbers of the jobs before and after this one."""
    with engine.connect() as connection:
        older = connection.scalar(select(func.max(Job.id)).where(Job.id < job_id))
        return older, connection.scalar(select(func.min(Job.id)).where(Job.id > job_id))


def steps_of(engine: Engine, job_ids: Sequence[int]) -> dict[int, list[Step]]:
    """The steps of these jobs, in the order in which they ran."""
    with Session(engine) as session:
        steps = session.scalars(select(Step).where(Step.job_id.in_(job_ids)).order_by(Step.id)).all()
    found: dict[int, list[Step]] = {job_id: [] for job_id in job_ids}
    for step in steps:
        found[step.job_id].append(step)
    return found


def photos_by_job(engine: Engine, job_ids: Sequence[int]) -> dict[int, list[Photo]]:
    """The photos of these jobs, in the asker's order."""
    with Session(engine) as session:
        photos = session.scalars(select(Photo).where(Photo.job_id.in_(job_ids)).order_by(Photo.job_id, Photo.number))
        found: dict[int, list[Photo]] = {job_id: [] for job_id in job_ids}
        for photo in photos:
            found[photo.job_id].append(photo)
    return found


def pictures_of(engine: Engine, job_id: int) -> Pictures:
    """Everything that was found, made and hosted for one job."""
    with Session(engine) as session:
        photos = session.scalars(select(Photo).where(Photo.job_id == job_id).order_by(Photo.number)).all()
        made = session.scalars(
            select(Colourization)
            .where(Colourization.photo_id.in_([photo.id for photo in photos]))
            .order_by(Colourization.photo_id, Colourization.variant)
        ).all()
        ids = {one.hosted_id for one in made} | {photo.comparison_id for photo in photos}
        files = session.scalars(select(Hosted).where(Hosted.id.in_([found for found in ids if found is not None])))
        by_photo: dict[int, list[Colourization]] = {photo.id: [] for photo in photos}
        for one in made:
            by_photo[one.photo_id].append(one)
        return Pictures(photos, by_photo, {file.id: file for file in files})


def values_of(engine: Engine, column: InstrumentedAttribute[str | None], most: int = 50) -> list[str]:
    """The different values of a column that leads an index, in order: one look into the index for each."""
    found: list[str] = []
    with engine.connect() as connection:
        following = connection.scalar(select(func.min(column)))
        while following is not None and len(found) < most:
            found.append(following)
            following = connection.scalar(select(func.min(column)).where(column > following))
    return found


def last_change(engine: Engine) -> tuple[int, int, datetime | None]:
    """Another value after each new job, each step of any and each removal; read from the ends of three indexes."""
    with engine.connect() as connection:
        newest, step = (connection.scalar(select(func.max(column))) or 0 for column in (Job.id, Step.id))
        return newest, step, connection.scalar(select(func.max(Job.removed_at)))


def count_by_outcome(engine: Engine, *, since: datetime | None = None, until: datetime | None = None) -> dict[str, int]:
    """How many jobs ended in each way; jobs without an end yet count as "open".

    since, until: when the summons was received. Reads the index of that time and no more, so that a day costs a day.
    """
    outcome = func.coalesce(Job.outcome, "open")
    query = select(outcome, func.count()).group_by(outcome)
    if since is not None:
        query = query.where(Job.received_at >= since)
    if until is not None:
        query = query.where(Job.received_at < until)
    with engine.connect() as connection:
        return {name: count for name, count in connection.execute(query)}  # noqa: C416 - mypy does not accept a Row as a tuple


def oldest_open(engine: Engine) -> datetime | None:
    """When the summons that waits longest was received."""
    with engine.connect() as connection:
        return connection.scalar(select(func.min(Job.received_at)).where(Job.finished_at.is_(None)))


def step_totals(engine: Engine, *, above: int = 0, up_to: int | None = None) -> dict[str, tuple[int, float]]:
    """How often the step of each stage ran, and the seconds that it took in all; among steps of ids in that range."""
    query = select(Step.stage, func.count(), func.sum(Step.seconds)).where(Step.id > above).group_by(Step.stage)
    if up_to is not None:
        query = query.where(Step.id <= up_to)
    with engine.connect() as connection:
        return {stage: (count, float(seconds)) for stage, count, seconds in connection.execute(query)}
