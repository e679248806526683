"""Photos, colourizations and hosted pictures of jobs.

Each function is one transaction and leaves the same rows when it is called again, so that a step that was cut short
simply runs again.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, bindparam, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.candidates import Candidate
from bot.domain.outcomes import Group, Outcome
from bot.store.files import FILM
from bot.store.jobs import now
from bot.store.tables import Colourization, Hosted, Job, Photo

_ANSWERED = Outcome.names(Group.ANSWERED)

# What is asked in every step of a job is built once: building a statement costs more than SQLite's answer.
_PHOTOS = select(Photo).where(Photo.job_id == bindparam("job")).order_by(Photo.number)
_FILMS = select(Photo.id).where(Photo.job_id == bindparam("job"), Photo.moving, Photo.outcome.is_(None)).limit(1)
_COLOURIZATIONS = (
    select(Colourization, Hosted)
    .outerjoin(Hosted, Hosted.id == Colourization.hosted_id)
    .where(Colourization.photo_id == bindparam("photo"))
    .order_by(Colourization.variant)
)
_NOTE = update(Photo).where(Photo.id == bindparam("photo"))
_NOTE_FILE = update(Hosted).where(Hosted.id == bindparam("file"))
_GIVEN = (
    select(Photo)
    .join(Job, Job.id == Photo.job_id)
    .join(Hosted, Hosted.id == Photo.comparison_id)
    .where(Job.id != bindparam("job"), Job.outcome.in_(_ANSWERED), Job.removal.is_(None), Hosted.unwanted_at.is_(None))
    .order_by(Photo.id.desc())
)
_SAME_PIXELS = _GIVEN.where(Photo.fingerprint == bindparam("pixels"))
_SAME_URL = _GIVEN.where(Job.post == bindparam("post"), Photo.url == bindparam("url"))


def set_photos(engine: Engine, job: Job, chosen: Mapping[int, Candidate]) -> None:
    """The photos that a job is about, by number; others that it had are forgotten."""
    with Session(engine) as session, session.begin():
        there = {photo.number: photo for photo in session.scalars(select(Photo).where(Photo.job_id == job.id))}
        for number, photo in there.items():
            if number not in chosen:
                session.delete(photo)
        for number, candidate in chosen.items():
            photo = there.get(number) or Photo(job_id=job.id, number=number)
            photo.url, photo.fallbacks, photo.moving = candidate.url, list(candidate.fallbacks), candidate.moving
            session.add(photo)


def photos_of(engine: Engine, job: Job) -> Sequence[Photo]:
    """The photos of a job, in order."""
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(_PHOTOS, {"job": job.id}).all()


def note(engine: Engine, photo: Photo, **values: Any) -> None:
    """Write what was found about a photo, here and in its row."""
    with engine.begin() as connection:
        connection.execute(_NOTE, {**values, "photo": photo.id})
    for name, value in values.items():
        setattr(photo, name, value)


def plan(engine: Engine, photo: Photo, settings: str, variants: int) -> None:
    """Add the colourizations that are to be made of a photo; those without a picture (any more) are replaced."""
    unwanted = exists().where(Hosted.unwanted_at.is_not(None))  # by its id: a list of all such files would grow
    without = or_(Colourization.hosted_id.is_(None), unwanted.where(Hosted.id == Colourization.hosted_id))
    unseen = update(Photo).where(Photo.id == photo.id, unwanted.where(Hosted.id == Photo.comparison_id))
    unseen = unseen.values(comparison_id=None)
    with Session(engine) as session, session.begin():
        session.execute(delete(Colourization).where(Colourization.photo_id == photo.id, without))
        session.execute(unseen, execution_options={"synchronize_session": False})
        there = set(session.scalars(select(Colourization.variant).where(Colourization.photo_id == photo.id)))
        for variant in sorted(set(range(variants)) - there):
            session.add(Colourization(photo_id=photo.id, variant=variant, settings=settings))


def colourizations_of(engine: Engine, photo: Photo) -> list[tuple[Colourization, Hosted | None]]:
    """The colourizations of a photo with their pictures, in order."""
    with Session(engine, expire_on_commit=False) as session:
        return [(made, hosted) for made, hosted in session.execute(_COLOURIZATIONS, {"photo": photo.id})]


def results_of(engine: Engine, job: Job) -> list[Hosted]:
    """The hosted results of a job, photo by photo, the side-by-sides left out."""
    rows = (
        select(Hosted)
        .join(Colourization, Colourization.hosted_id == Hosted.id)
        .join(Photo, Photo.id == Colourization.photo_id)
        .where(Photo.job_id == job.id)
        .order_by(Photo.number, Colourization.variant)
    )
    with Session(engine, expire_on_commit=False) as session:
        return list(session.scalars(rows))


def comparison_of(engine: Engine, photo: Photo) -> Hosted | None:
    """The side-by-side of a photo."""
    with Session(engine, expire_on_commit=False) as session:
        return session.get(Hosted, photo.comparison_id) if photo.comparison_id is not None else None


def only_first(engine: Engine, photo: Photo) -> None:
    """Of a film one result is made, however many were planned."""
    with Session(engine) as session, session.begin():
        session.execute(delete(Colourization).where(Colourization.photo_id == photo.id, Colourization.variant > 0))


def moves(engine: Engine, job: Job) -> bool:
    """Whether a film is among the photos of a job."""
    with engine.connect() as connection:
        return connection.scalar(_FILMS, {"job": job.id}) is not None


def reserve(engine: Engine, shown_by: Colourization | Photo, host: str, suffix: str = "") -> Hosted:
    """The row of a file that is about to be uploaded, to this host first: its key is known before it is there.

    suffix: FILM for a film.
    """
    column = "hosted_id" if isinstance(shown_by, Colourization) else "comparison_id"
    with Session(engine, expire_on_commit=False) as session, session.begin():
        owner = session.get_one(type(shown_by), shown_by.id)
        if (there := getattr(owner, column)) is not None:
            return session.get_one(Hosted, there)
        hosted = Hosted(host=host, key=_new_key(suffix), created_at=now(), attempts=0)
        session.add(hosted)
        session.flush()
        setattr(owner, column, hosted.id)
        setattr(shown_by, column, hosted.id)
        return hosted


class Upload:
    """What is written down of an upload, so that the file can be found and deleted whatever happens.

    clock: by which it is known how long ago a host was asked; Reddit's, because this machine's may be set meanwhile.
    """

    def __init__(self, engine: Engine, hosted: Hosted, clock: Callable[[], datetime] = now) -> None:
        self._engine = engine
        self._hosted = hosted
        self._clock = clock

    @property
    def may_be_at(self) -> str | None:
        """The host that may have the picture already, because an upload to it was cut short."""
        return self._hosted.host if self._hosted.asked_at is not None else None

    @property
    def since(self) -> timedelta:
        """How long ago that upload began."""
        asked = self._hosted.asked_at
        return max(self._clock() - asked, timedelta(0)) if asked is not None else timedelta(0)

    def begin(self, host: str) -> str:
        """A host is about to be asked; returns the key for it.

        Where another host may have the picture, it gets a new key here, and the old one is left to be deleted there.
        """
        # Reddit names whole seconds; the wait for what a host may have taken must not begin too early.
        hosted, moment = self._hosted, self._clock() + timedelta(seconds=1)
        with Session(self._engine) as session, session.begin():
            if self.may_be_at not in {None, host}:
                old = Hosted(
                    host=hosted.host,
                    key=hosted.key,
                    created_at=hosted.created_at,
                    asked_at=hosted.asked_at,
                    unwanted_at=now(),
                    attempts=0,
                )
                hosted.key = _new_key(FILM if hosted.key.endswith(FILM) else "")
                session.execute(update(Hosted).where(Hosted.id == hosted.id).values(key=hosted.key))
                session.add(old)
            session.connection().execute(_NOTE_FILE, {"host": host, "asked_at": moment, "file": hosted.id})
        hosted.host, hosted.asked_at = host, moment
        return hosted.key

    def not_kept(self) -> None:
        """The host that was asked has said that it does not have the picture."""
        with self._engine.begin() as connection:
            connection.execute(_NOTE_FILE, {"asked_at": None, "file": self._hosted.id})
        self._hosted.asked_at = None


def mark_uploaded(engine: Engine, hosted: Hosted, *, host: str, url: str, token: str | None, size: int) -> None:
    """Note that the host has the picture."""
    values = {"host": host, "url": url, "token": token, "bytes": size, "asked_at": None}
    with engine.begin() as connection:
        connection.execute(_NOTE_FILE, {**values, "file": hosted.id})
    hosted.host, hosted.url, hosted.asked_at = host, url, None


def earlier(
    engine: Engine,
    job: Job,
    settings: str,
    variants: int,
    *,
    url: str | None = None,
    fingerprint: str | None = None,
) -> Photo | None:
    """The newest photo of another answered job that was coloured with these settings, and whose pictures are there.

    url: the photo lies at this address, in a job about the same post.
    fingerprint: the photo has these very pixels, wherever it was posted.
    """
    statement, same = (
        (_SAME_PIXELS, {"pixels": fingerprint}) if url is None else (_SAME_URL, {"post": job.post, "url": url})
    )
    with Session(engine, expire_on_commit=False) as session:
        found = session.scalars(statement, {**same, "job": job.id})
        return next((photo for photo in found if _as_wanted(session, photo, settings, variants)), None)


def adopt(engine: Engine, photo: Photo, other: Photo) -> None:
    """Let a photo show what was made of its copy."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        mine = session.get_one(Photo, photo.id)
        for name in ("verdict", "verdict_numbers", "width", "height", "fingerprint", "moving", "comparison_id"):
            value = getattr(other, name)
            setattr(mine, name, value)
            setattr(photo, name, value)
        session.execute(delete(Colourization).where(Colourization.photo_id == photo.id))
        for made in session.scalars(select(Colourization).where(Colourization.photo_id == other.id)).all():
            row = {"variant": made.variant, "settings": made.settings, "hosted_id": made.hosted_id}
            session.add(Colourization(photo_id=photo.id, **row))


def seeds_used(engine: Engine, job: Job, photos: Iterable[Photo]) -> int:
    """How many jobs have coloured photos of this post, or at these addresses: what `again` counts from."""
    mine = Job.post == job.post if job.post is not None else Photo.url.in_([photo.url for photo in photos])
    with engine.connect() as connection:
        made = select(Photo.job_id).join(Colourization, Colourization.photo_id == Photo.id).join(Job)
        return len(set(connection.scalars(made.where(mine, Job.id != job.id))))


def _new_key(suffix: str) -> str:
    return secrets.token_urlsafe(16) + suffix


def _as_wanted(session: Session, photo: Photo, settings: str, variants: int) -> bool:
    made = session.execute(
        select(Colourization.settings, Hosted.url, Hosted.unwanted_at)
        .join(Hosted, Hosted.id == Colourization.hosted_id)
        .where(Colourization.photo_id == photo.id)
    ).all()
    there = [row for row in made if row.settings == settings and row.url and row.unwanted_at is None]
    return len(there) == len(made) == (1 if photo.moving else variants)
