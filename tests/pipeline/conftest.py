"""A sandbox Reddit with a few real photographs, and the bot on it."""

import io
from contextlib import contextmanager

import numpy as np
import pytest
from PIL import Image
from skimage import data as samples

from bot.demo.posts import BOT
from bot.demo.session import settings_for
from bot.scheduler import Bot
from bot.store import pictures
from bot.store.reply_log import latest_jobs


def jpeg(pixels, size=(192, 160)):
    buffer = io.BytesIO()
    Image.fromarray(pixels).convert("L").resize(size).save(buffer, "JPEG")
    return buffer.getvalue()


def ended(bot):
    """The jobs, oldest first, after everything is done."""
    bot.drain()
    return latest_jobs(bot.engine)[::-1]


def outcomes(bot):
    """The outcomes of the jobs, oldest first, after everything is done."""
    return [job.outcome for job in ended(bot)]


def results(bot, job):
    """The pictures of a job's reply as arrays."""
    hosted = pictures.results_of(bot.engine, job)
    return [np.asarray(Image.open(io.BytesIO(bot.host.path(one.key).read_bytes())), np.float32) for one in hosted]


def chroma(pixels):
    """How much colour a result has, on average."""
    return float(np.abs(pixels - pixels.mean(axis=2, keepdims=True)).mean())


@pytest.fixture
def portrait():
    return jpeg(samples.astronaut(), (160, 160))


@pytest.fixture
def world(world):
    world.add_user(BOT, "a password of the sandbox only")
    for name in ("OldPhotos", "AskForColour", "YourPhotos"):
        world.add_subreddit(name)
    return world


@pytest.fixture
def reddit(sandbox):
    return sandbox


@pytest.fixture
def photo():
    return jpeg(samples.camera())


@pytest.fixture
def asked(world, reddit, photo):
    """A grey photo under which somebody called the bot; the comment that called."""
    post = world.post_image("AskForColour", "henry", "Attic", photo, "image/jpeg")
    return world.comment(post.fullname, "ida", f"u/{BOT} please")


@pytest.fixture
def bot(reddit, tmp_path):
    """Makes an opened bot on the sandbox; `changes` replace settings of whole sections."""

    @contextmanager
    def opened(**changes):
        settings = settings_for(reddit.url, tmp_path / "bot")
        settings = settings.model_copy(
            update={name: getattr(settings, name).model_copy(update=value) for name, value in changes.items()}
        )
        bot = Bot(settings)
        with bot.opened():
            yield bot

    return opened
