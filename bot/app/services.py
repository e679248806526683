"""What is open while the bot runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, cached_property, partial
from pathlib import Path
from threading import Lock

from bot.app.hosts import hosts_of
from bot.app.weights import check_weights
from bot.domain.links import Links
from bot.hosting.chain import Hosts
from bot.hosting.folder import FolderHost
from bot.logs import Redactor
from bot.photos.picture_guard import PictureGuard
from bot.pipeline.gate import Gate
from bot.reddit.agent import check_agent
from bot.reddit.client import NotConfigured, Reddit, connect, secrets_of
from bot.settings import Settings, SettingsError
from bot.store import damage
from bot.store.database import Engine, open_database
from bot.store.files import JobFiles
from bot.store.secrets import link_key
from bot.store.views import Views
from colorizer.model import Colorizer
from colorizer.photo import IsolatedDecoder
from colorizer.photo import Limits as PhotoLimits


@dataclass(frozen=True)
class Services:
    """The parts that polling, periodic tasks and workers share; each may be used by any thread.

    files: pictures of jobs on this machine.
    views: smaller copies of results on this machine, for result pages.
    folder: the host that the bot's own web process serves.
    hosts: all hosts that are set up, `folder` among them.
    redactor: takes secrets out of what is logged and stored.
    decoder: decodes strangers' pictures in a process of its own.
    gate: one photo at a time is decoded and coloured.
    film_turn: held while a film is coloured; one at a time, too, beside the photos.
    """

    settings: Settings
    engine: Engine
    files: JobFiles
    views: Views
    folder: FolderHost
    hosts: Hosts
    redactor: Redactor
    decoder: IsolatedDecoder
    gate: Gate
    film_turn: Lock

    @classmethod
    def of(cls, settings: Settings, redactor: Redactor | None = None) -> "Services":
        """What the settings name; nothing is asked of Reddit or loaded yet."""
        redactor = redactor or Redactor(settings.secrets())
        folder = FolderHost(settings.data_dir / "results", settings.web.address())
        log_in, lag = partial(connect_reddit, settings, redactor), timedelta(seconds=settings.work.lag_seconds)
        hosts = hosts_of(settings.hosting, folder=folder, connect=log_in, lag=lag)
        engine = open_database(settings.database())
        damage.watch(engine)
        decoder = IsolatedDecoder(PhotoLimits(pixels=settings.fetch.max_pixels))
        files, views = JobFiles(settings.data_dir / "jobs"), Views(settings.data_dir / "views")
        return cls(settings, engine, files, views, folder, hosts, redactor, decoder, Gate(), Lock())

    def close(self) -> None:
        """Let go of the decoder's process and of the database."""
        self.decoder.close()
        self.engine.dispose()

    def links(self) -> Links | None:
        """Links to result pages; None while the web process has no address that redditors can reach."""
        web, address = self.settings.web, self.folder.public_url
        # On a port that the system chose there is an address as soon as the pages are served: a demo's.
        if web.public_url is None and (web.port != 0 or address == web.address()):
            return None
        # Whose link it is stands in it, and names are remembered no longer.
        own = timedelta(hours=self.settings.aftercare.keep_hours)
        return Links(link_key(self.engine), address, lasts=timedelta(days=web.link_days), own_lasts=own)

    def delete_picture(self, host: str, key: str, token: str | None) -> None:
        """Delete a picture at its host, and its smaller copies here. Raises RetryLater or Refused."""
        self.views.drop(key)
        self.hosts.delete(host, key, token)

    def connect(self) -> Reddit:
        """A new PRAW client, for one thread: PRAW's are not safe to share. Raises SettingsError."""
        return connect_reddit(self.settings, self.redactor)

    def check(self) -> None:
        """Raises SettingsError where something is missing that a job needs: it would burn every summons otherwise."""
        self.connect()
        _ = self.models, self.picture_guard

    @cached_property
    def picture_guard(self) -> PictureGuard | None:
        """What finds NSFW photos. Raises SettingsError when it is wanted and not installed."""
        above = self.settings.fetch.unsafe_above
        return None if above is None else PictureGuard(above)

    @cached_property
    def models(self) -> Mapping[str, Callable[[], Colorizer]]:
        """The models by name, the default first, which is loaded here.

        Raises SettingsError when the weights or the device are not there.
        """
        wanted = self.settings.colorizer
        check_weights(wanted)
        try:
            default = Colorizer.load(wanted.weights, device=wanted.device)
        except (OSError, ValueError) as error:
            raise SettingsError(f"colorizer.weights or colorizer.device: {error}") from error
        others = {name: cache(partial(Colorizer.load, name, device=wanted.device)) for name in wanted.others}
        return {Path(wanted.weights).stem: lambda: default, **others}


def connect_reddit(settings: Settings, redactor: Redactor) -> Reddit:
    """A new PRAW client, whose secrets the redactor learns.

    Raises SettingsError for what is missing in the settings or in praw.ini.
    """
    try:
        reddit = connect(settings.reddit.site, settings.reddit.praw_options())
    except NotConfigured as error:
        raise SettingsError(str(error)) from error
    for secret in secrets_of(reddit):
        redactor.add(secret)
    check_agent(reddit.config.user_agent)
    return reddit
