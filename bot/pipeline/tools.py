"""What the steps of a job work with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from threading import Lock

from bot.domain.addresses import AddressReader
from bot.domain.delivery import Delivery
from bot.domain.limits import Limits as AnswerLimits
from bot.domain.links import Links
from bot.domain.replies import Footer
from bot.domain.rules import Rules
from bot.hosting.chain import Hosts
from bot.photos.albums import Albums
from bot.photos.fetch import Fetcher
from bot.photos.picture_guard import PictureGuard
from bot.pipeline.gate import Gate
from bot.reddit.account import whoami
from bot.reddit.client import Reddit
from bot.store.database import Engine
from bot.store.files import JobFiles
from bot.store.tables import Job
from bot.store.views import Views
from colorizer.film.isolated import Limits
from colorizer.model import Colorizer
from colorizer.photo import IsolatedDecoder

MAX_PHOTOS = 6
"""Most photos that `all` colours in one reply."""

ATTEMPTS_PER_PHOTO = 3
"""Attempts for one photo of several before the job goes on without it."""

MAX_OPENED = 3
"""Most albums and threads that are opened for one summons; each costs a request."""


@dataclass(frozen=True, slots=True)
class Site:
    """Addresses of Reddit, and the page that says what the bot is."""

    reddit_url: str
    image_url: str
    about_url: str


@dataclass(frozen=True, slots=True)
class PhotoTools:
    """How photos are got, decoded and judged.

    min_side: pixels that the shorter side must have at least. guard: what finds NSFW photos; None for nothing.
    """

    fetcher: Fetcher
    albums: Albums
    decoder: IsolatedDecoder
    min_side: int
    guard: PictureGuard | None = None


@dataclass(frozen=True, slots=True)
class FilmTools:
    """How films are got and coloured.

    limits: what one may cost. weights: a model's file, or its packaged name, by the name that askers say.
    notice: seconds of work after which the asker is told that it goes on. stopping: whether the bot is to stop.
    turn: held by the one film that a process colours at a time.
    """

    fetcher: Fetcher
    limits: Limits
    weights: Mapping[str, str]
    notice: float
    stopping: Callable[[], bool]
    turn: Lock


@dataclass(frozen=True, slots=True)
class Answering:
    """How askers are answered.

    patience: how long a job may be old before a reply that does not succeed is given up.
    lag: how long Reddit may take to show what it has taken.
    elsewhere: where an answer goes that its subreddit will not take; None for nowhere.
    own_thread: the bot's own post, for answers that go to Delivery.THREAD.
    explain: askers who get no picture are told why.
    inline: whether results may be shown inside the comment.
    dry_run: nothing is uploaded or posted; the log says what would be.
    """

    patience: timedelta
    lag: timedelta
    elsewhere: Delivery | None = None
    own_thread: str | None = None
    explain: bool = True
    inline: bool = False
    dry_run: bool = False


@dataclass
class Tools:
    """One worker's tools. The client is made when first needed, in the worker's own thread.

    models: the models that may be asked for, by name, the default first; each value gives one, loaded once.
    rules: the rules in force in a subreddit, by its name.
    limits: the most answers that the operator allows.
    films: None where films are not coloured.
    views: smaller copies of results for result pages.
    links: links to result pages; None where there are none.
    ignored: accounts that are never answered, besides the bots that are known.
    gate: what steps pass that hold a whole photo in memory.
    """

    engine: Engine
    connect: Callable[[], Reddit]
    models: Mapping[str, Callable[[], Colorizer]]
    files: JobFiles
    views: Views
    links: Links | None
    hosts: Hosts
    rules: Callable[[str], Rules]
    limits: AnswerLimits
    site: Site
    photos: PhotoTools
    films: FilmTools | None
    answering: Answering
    gate: Gate
    ignored: tuple[str, ...] = ()

    @cached_property
    def reddit(self) -> Reddit:
        """The PRAW client of this thread."""
        return self.connect()

    @cached_property
    def bot_name(self) -> str:
        """The bot's user name, as Reddit says it."""
        return whoami(self.reddit)

    @property
    def addresses(self) -> AddressReader:
        """Where Reddit and its pictures are."""
        return AddressReader(self.site.reddit_url, self.site.image_url)

    def native(self, subreddit: str) -> bool | None:
        """Whether results of that subreddit have to lie at Reddit (True), elsewhere (False), or wherever it suits.

        Where an operator keeps pictures at Reddit alone, a link to one of them is what a moderator can have.
        """
        wanted = {"native": True, "link": False}.get(self.rules(subreddit).result or "")
        return None if wanted is False and not self.hosts.links else wanted

    def footer(self, job: Job) -> Footer:
        """What stands under the answer to a job."""
        return Footer(
            about=self.site.about_url,
            compose=f"{self.site.reddit_url.rstrip('/')}/message/compose",
            bot_name=self.bot_name,
            target=job.summons,
            length=self.rules(job.subreddit).footer,
        )

    @property
    def default_model(self) -> str:
        """The model that colours unless another is asked for."""
        return next(iter(self.models))

    def colorizer(self, name: str) -> Colorizer:
        """A model by name. Raises KeyError for one that is not among `models`."""
        return self.models[name]()
