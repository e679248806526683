"""A sandbox Reddit with a few real photographs, and the bot on it."""

import shutil
from contextlib import contextmanager
from dataclasses import replace
from functools import cache

import pytest
from pydantic import SecretStr
from skimage import data as samples

from bot.app.bot import Bot
from bot.app.services import Services
from bot.demo.posts import BOT
from bot.demo.session import settings_for
from colorizer.model import Colorizer
from colorizer.photo import IsolatedDecoder
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


@pytest.fixture(scope="session")
def load():
    """Loads models; the one that most bots have stays loaded."""
    real = Colorizer.load
    kept = cache(real)

    def load(weights="compact", *, device="auto"):
        return (kept if weights == "compact" else real)(weights, device=device)

    return load


class LastingDecoder(IsolatedDecoder):
    """Outlives the bots: starting its process takes as long as the rest of most tests."""

    def close(self):
        pass


@pytest.fixture(scope="session")
def lasting_decoder():
    decoder = LastingDecoder()
    yield decoder
    IsolatedDecoder.close(decoder)


@pytest.fixture
def decoder_of(lasting_decoder):
    """Which decoder a bot has, beside its own."""

    def decoder_of(own):
        lasting_decoder.limits = own.limits
        return lasting_decoder

    return decoder_of


@pytest.fixture
def bot(reddit, migrated, tmp_path, load, decoder_of, monkeypatch):
    """Makes an opened bot on the sandbox; `changes` replace settings of whole sections.

    database: the URL of another than a new SQLite file.
    """
    monkeypatch.setattr(Colorizer, "load", load)
    folder = tmp_path / "bot"
    folder.mkdir()
    shutil.copy(migrated, folder / "colorizebot.sqlite")

    @contextmanager
    def opened(*, observer=None, database=None, **changes):
        settings = settings_for(reddit.url, folder)
        if database is not None:
            settings = settings.model_copy(update={"database_url": SecretStr(database)})
        settings = settings.model_copy(
            update={name: getattr(settings, name).model_copy(update=value) for name, value in changes.items()}
        )
        services = Services.of(settings)
        bot = Bot(settings, observer=observer, services=replace(services, decoder=decoder_of(services.decoder)))
        with bot.opened():
            yield bot

    return opened
