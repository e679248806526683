"""What the steps of a job work with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from sqlalchemy import Engine

from bot.hosting.host import Host
from bot.photos.fetch import Fetcher
from bot.reddit.account import whoami
from bot.reddit.client import Reddit
from bot.store.files import JobFiles
from colorizer.pipeline import Colorizer


@dataclass
class Tools:
    """One worker's tools. The client and the model are made when first needed, in the worker's own thread."""

    engine: Engine
    connect: Callable[[], Reddit]
    load_colorizer: Callable[[], Colorizer]
    fetcher: Fetcher
    files: JobFiles
    host: Host
    image_url: str
    about_url: str
    max_pixels: int
    min_side: int
    patience: timedelta

    @cached_property
    def reddit(self) -> Reddit:
        """The PRAW client of this thread."""
        return self.connect()

    @cached_property
    def bot_name(self) -> str:
        """The bot's user name, as Reddit says it."""
        return whoami(self.reddit)

    @cached_property
    def colorizer(self) -> Colorizer:
        """The model."""
        return self.load_colorizer()
