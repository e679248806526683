"""A demo that runs: sandbox Reddit, bot and web process together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.app.bot import Bot
from bot.demo.folder import fresh_folder
from bot.demo.posts import BOT, OWN, PASSWORD, SCANNED
from bot.pipeline.run import Observer
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World
from bot.settings import Settings


@dataclass(frozen=True)
class Demo:
    """The parts of a running demo."""

    bot: Bot
    reddit_url: str
    web_url: str
    password: str


@contextmanager
def open_demo(world: World, folder: Path, observer: Observer | None = None) -> Iterator[Demo]:
    """Start everything on free ports of 127.0.0.1; the folder is cleared first.

    The bot looks at the sandbox every two seconds: somebody plays and waits.
    """
    folder = fresh_folder(folder)
    world.calls_per_window = 1_000_000  # with Reddit's limit those who look on would wait for it
    with Sandbox(world) as reddit:
        settings = settings_for(reddit.url, folder)
        settings = settings.model_copy(update={"reddit": settings.reddit.model_copy(update={"poll_seconds": 2})})
        bot = Bot(settings, observer=observer)
        with bot.opened(), bot.web(BOT) as (url, password):
            yield Demo(bot, reddit.url, url, password or "")


def settings_for(url: str, data_dir: Path) -> Settings:
    """Settings that let the bot work on the sandbox at that address, and on nothing else.

    Neither environment nor file is read: a demo must not touch the real bot's database.
    """
    origin = url.removeprefix("http://")
    return Settings.model_validate(
        {
            "data_dir": data_dir,
            "reddit": {
                "client_id": "sandbox_client",
                "client_secret": "sandbox_secret",
                "username": BOT,
                "password": PASSWORD,
                "user_agent": "python:colorizebot-demo:1 (by /u/sandbox)",
                "oauth_url": url,
                "reddit_url": url,
                "image_url": f"{url}/i.redd.it",
                "scan": (SCANNED, OWN),
            },
            "fetch": {"extra_origins": (origin,)},
            "web": {"port": 0},
            "work": {"name": "demo", "retry_seconds": 0.5, "lag_seconds": 2},
        }
    )
