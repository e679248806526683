"""What a result page shows of a photo."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.store.tables import Colourization, Hosted, Job, Photo


@dataclass(frozen=True, slots=True)
class Version:
    """A photo as one job coloured it. comparison: the side-by-side. results: best first."""

    job: Job
    photo: Photo
    comparison: Hosted | None
    results: Sequence[Hosted]


def version_of(engine: Engine, job_id: int, number: int) -> Version | None:
    """A photo with its pictures; None where there is no such photo, or its pictures are gone or have to go."""
    wanted = select(Job, Photo).join(Photo, Photo.job_id == Job.id).where(Job.id == job_id, Photo.number == number)
    with Session(engine, expire_on_commit=False) as session:
        row = session.execute(wanted.where(Job.removal.is_(None), Photo.outcome.is_(None))).first()
        return _version(session, row.Job, row.Photo) if row is not None else None


def _version(session: Session, job: Job, photo: Photo) -> Version | None:
    there = (Hosted.url.is_not(None), Hosted.unwanted_at.is_(None))
    made = (
        select(Hosted)
        .join(Colourization, Colourization.hosted_id == Hosted.id)
        .where(Colourization.photo_id == photo.id, *there)
        .order_by(Colourization.variant)
    )
    results = session.scalars(made).all()
    comparison = session.scalar(select(Hosted).where(Hosted.id == photo.comparison_id, *there))
    return Version(job, photo, comparison, results) if results else None
