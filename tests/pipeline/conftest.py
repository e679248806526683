"""A sandbox Reddit with a few real photographs, and the bot on it."""

import io
from contextlib import contextmanager

import pytest
from PIL import Image
from skimage import data as samples

from bot.demo.posts import BOT
from bot.demo.session import settings_for
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World
from bot.scheduler import Bot


def jpeg(pixels, size=(192, 160)):
    buffer = io.BytesIO()
    Image.fromarray(pixels).convert("L").resize(size).save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.fixture
def world():
    world = World()
    world.add_user(BOT, "a password of the sandbox only")
    for name in ("OldPhotos", "AskForColour", "YourPhotos"):
        world.add_subreddit(name)
    return world


@pytest.fixture
def reddit(world):
    with Sandbox(world) as sandbox:
        yield sandbox


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
