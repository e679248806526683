"""What a result page shows of a photo."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.store.tables import Colourization, Hosted, Job, Photo


@dataclass(frozen=True, slots=True)
class Version:
    """A photo as one job coloured it. comparison: the side-by-side. results: best first, each with its settings."""

    job: Job
    photo: Photo
    comparison: Hosted | None
    results: Sequence[Hosted]
    settings: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: the job that its link names, the answer that this belongs to, and the versions, newest first.

    Of an answer these are itself and what corrected it in its place; of a correction it is that one alone, or none as
    long as it is not published.
    """

    job: Job
    answer: Job
    versions: Sequence[Version]


def shown(engine: Engine, job_id: int, number: int) -> Shown | None:
    """The page of a photo; None where there is none, or where the picture has to go."""
    with Session(engine, expire_on_commit=False) as session:
        job = session.get(Job, job_id)
        answer = session.get(Job, job.revises) if job is not None and job.revises is not None else job
        if job is None or answer is None or job.removal is not None or answer.removal is not None:
            return None
        if job.revises is None:
            corrected = (Job.revises == job.id, Job.reply.is_not(None), Job.removal.is_(None))
            jobs = [*session.scalars(select(Job).where(*corrected).order_by(Job.id.desc())), job]
        else:
            jobs = [job] if job.replied_at is not None else []
        versions = list(_versions(session, jobs, number))
        return Shown(job, answer, versions) if versions or job.revises is not None else None


def _versions(session: Session, jobs: Sequence[Job], number: int) -> Iterator[Version]:
    there = (Hosted.url.is_not(None), Hosted.unwanted_at.is_(None))
    for job in jobs:
        wanted = select(Photo).where(Photo.job_id == job.id, Photo.number == number, Photo.outcome.is_(None))
        photo = session.scalar(wanted)
        if photo is None:
            continue
        made = (
            select(Hosted, Colourization.settings)
            .join(Colourization, Colourization.hosted_id == Hosted.id)
            .where(Colourization.photo_id == photo.id, *there)
            .order_by(Colourization.variant)
        )
        rows = session.execute(made).all()
        comparison = session.scalar(select(Hosted).where(Hosted.id == photo.comparison_id, *there))
        if rows:
            yield Version(job, photo, comparison, [row.Hosted for row in rows], rows[0].settings)
