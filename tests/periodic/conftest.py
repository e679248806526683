"""A sandbox Reddit, the bot's client for it, and jobs as the pipeline leaves them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.store import jobs
from bot.store.files import JobFiles
from bot.store.tables import Colourization, Hosted, Job, Photo
from tests.clients import client_of
from tests.periodic.moderators import BOT, Moderators


@pytest.fixture
def world(world):
    world.add_user(BOT)
    world.add_subreddit("pics", moderators=["mod"])
    return world


@pytest.fixture
def reddit(sandbox):
    """The bot's own client, logged in over HTTP."""
    client = client_of(sandbox, BOT)
    yield client
    core: Any = client._core
    core.close()


@pytest.fixture
def files(tmp_path):
    return JobFiles(tmp_path / "jobs")


@pytest.fixture
def database(engine):
    """Short ways to put rows in and to look at them."""
    return Database(engine)


@pytest.fixture
def thread(world):
    """A post, a comment that calls the bot, and the bot's reply."""
    post = world.post_text("pics", "henry", "Grandfather Aloysius in 1912")
    asked = world.comment(post.fullname, "ida", f"u/{BOT} please")
    return post, asked, world.comment(asked.fullname, BOT, "The photo in colour")


@pytest.fixture
def mods(world, reddit, engine):
    return Moderators(world, reddit, engine)


class Database:
    def __init__(self, engine):
        self.engine = engine
        self._made = 0

    def job(self, *, pictures=(), **values):
        """A job that was answered a moment ago; `pictures` are keys of hosted results that it shows."""
        self._made += 1
        moment = jobs.now()
        row = {
            "summons": f"t1_s{self._made}",
            "source": "mention",
            "subreddit": "pics",
            "author": "ida",
            "post": "t3_p",
            "body": "u/ColorizeBot vivid",
            "title": "Attic",
            "permalink": "/r/pics/comments/p/attic/s/",
            "received_at": moment,
            "not_before": moment,
            "finished_at": moment,
            "replied_at": moment,
            "stage": "finish",
            "outcome": "colorized",
            "reply": f"t1_r{self._made}",
        } | values
        with Session(self.engine) as session, session.begin():
            job = Job(**row)
            session.add(job)
            session.flush()
            for number, key in enumerate(pictures, 1):
                photo = Photo(job_id=job.id, number=number, url="https://i.redd.it/x.jpg", fallbacks=[])
                session.add(photo)
                session.flush()
                picture = session.scalar(select(Hosted).where(Hosted.key == key)) or self._hosted(session, key)
                session.add(
                    Colourization(photo_id=photo.id, variant=0, settings='{"style": "vivid"}', hosted_id=picture.id)
                )
            return job.id

    def compare(self, job_id, key):
        """Show a side-by-side too."""
        with Session(self.engine) as session, session.begin():
            photo = session.scalars(select(Photo).where(Photo.job_id == job_id)).first()
            photo.comparison_id = self._hosted(session, key).id

    def answer(self, thread, **values):
        """The job of a whole thread of the sandbox."""
        post, asked, reply = thread
        names = {"post": post.fullname, "summons": asked.fullname, "reply": reply.fullname}
        return self.job(**{**names, **values})

    def stray(self, key, *, age=timedelta(0)):
        """A hosted picture that no job is about."""
        with Session(self.engine) as session, session.begin():
            self._hosted(session, key).created_at = jobs.now() - age

    def get(self, job_id):
        with Session(self.engine) as session:
            return session.get_one(Job, job_id)

    def photos(self, job_id):
        with Session(self.engine) as session:
            return session.scalars(select(Photo).where(Photo.job_id == job_id)).all()

    def picture(self, key):
        with Session(self.engine) as session:
            return session.scalars(select(Hosted).where(Hosted.key == key)).one()

    def unwanted(self):
        with Session(self.engine) as session:
            return set(session.scalars(select(Hosted.key).where(Hosted.unwanted_at.is_not(None))))

    def set(self, table, **values):
        with Session(self.engine) as session, session.begin():
            session.execute(update(table).values(**values))

    def _hosted(self, session, key):
        picture = Hosted(host="folder", key=key, url=f"https://bot/{key}.jpg", token="t", created_at=jobs.now())
        session.add(picture)
        session.flush()
        return picture
