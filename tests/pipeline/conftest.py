"""A sandbox Reddit with a few real photographs, and the bot on it."""

import shutil
from contextlib import contextmanager

import pytest
from skimage import data as samples

from bot.app.bot import Bot
from bot.demo.posts import BOT
from bot.demo.session import settings_for
from tests.pictures import jpeg


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
def bot(reddit, migrated, tmp_path):
    """Makes an opened bot on the sandbox; `changes` replace settings of whole sections."""
    folder = tmp_path / "bot"
    folder.mkdir()
    shutil.copy(migrated, folder / "colorizebot.sqlite")

    @contextmanager
    def opened(*, observer=None, **changes):
        settings = settings_for(reddit.url, folder)
        settings = settings.model_copy(
            update={name: getattr(settings, name).model_copy(update=value) for name, value in changes.items()}
        )
        bot = Bot(settings, observer=observer)
        with bot.opened():
            yield bot

    return opened
