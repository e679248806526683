"""The running bot: polling on a schedule, working on jobs, and stopping without losing any."""

import fcntl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cached_property, partial
from pathlib import Path

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.outcomes import Refused, RetryLater
from bot.hosting.folder import FolderHost
from bot.logs import Redactor
from bot.photos.fetch import Fetcher, FetchLimits
from bot.photos.urls import DEFAULT_HOSTS
from bot.pipeline.run import Observer, Walker
from bot.pipeline.tools import Tools
from bot.reddit import inbox
from bot.reddit.account import whoami
from bot.reddit.client import NotConfigured, Reddit, connect, secrets_of
from bot.reddit.listings import new_posts
from bot.serving import BackgroundServer, stop_on_signal
from bot.settings import Settings, SettingsError, check_agent
from bot.store import jobs
from bot.store.database import migrate, open_database
from bot.store.files import JobFiles
from bot.web.app import create_app
from bot.web.login import ensure_password
from colorizer.pipeline import Colorizer

MAX_POLL_FAILURES = 5

IDLE_SECONDS = 2.0
"""How long the worker waits when nothing is due and nobody wakes it."""

log = structlog.get_logger("bot.scheduler")


class AlreadyRunning(SettingsError):
    """Another process works under the same name in the same data folder."""


class Bot:
    """Everything that runs, made from settings. One process of a work.name and data_dir may be open at a time."""

    def __init__(
        self, settings: Settings, *, observer: Observer | None = None, redactor: Redactor | None = None
    ) -> None:
        self.settings = settings
        self.redactor = redactor or Redactor(settings.secrets())
        self.engine: Engine = open_database(settings.database())
        self.files = JobFiles(settings.data_dir / "jobs")
        self.host = FolderHost(settings.data_dir / "results", settings.web.address())
        self.last_poll: datetime | None = None
        self._observer = observer
        self._wake = threading.Event()
        self._stopping = threading.Event()

    @contextmanager
    def opened(self) -> Iterator["Bot"]:
        """Lock the worker's name, bring the tables up to date and take up what a killed process left."""
        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        with only_process(self.settings.data_dir / f"worker-{self.settings.work.name}.lock"):
            migrate(self.engine)
            work = self.settings.work
            left = jobs.release(self.engine, work.name, died=True, grace=timedelta(seconds=work.retry_seconds))
            if left:
                log.info("resuming", jobs=left)
            try:
                yield self
            finally:
                jobs.release(self.engine, work.name, died=False)
                self.engine.dispose()

    def connect(self) -> Reddit:
        """A new PRAW client. Raises SettingsError for what is missing in the settings or in praw.ini."""
        try:
            reddit = connect(self.settings.reddit.site, self.settings.reddit.praw_options())
        except NotConfigured as error:
            raise SettingsError(str(error)) from error
        check_agent(reddit.config.user_agent)
        for secret in secrets_of(reddit):
            self.redactor.add(secret)
        return reddit

    @cached_property
    def _polling_client(self) -> Reddit:
        """The polling thread's own client: PRAW's are not safe to share between threads."""
        return self.connect()

    @contextmanager
    def web(self, name: str, *, polling: bool = True) -> Iterator[tuple[str, str | None]]:
        """Serve the reply log and the hosted pictures in a thread.

        polling: whether this process polls, so that its health depends on that. Gives the address, and the
        operator's password when it was made just now. Raises SettingsError when the port cannot be used.
        """
        web, password = self.settings.web, ensure_password(self.engine)
        application = create_app(
            engine=self.engine,
            files=self.files,
            hosted=self.host,
            bot_name=name,
            reddit_url=self.settings.reddit.reddit_url,
            secure_cookies=(web.public_url or "").startswith("https://"),
            heartbeat=(lambda: self.last_poll) if polling else None,
        )
        try:
            server = BackgroundServer(lambda _: application, host=web.host, port=web.port)
        except OSError as error:
            raise SettingsError(f"web.port {web.port} on {web.host} cannot be used: {error.strerror}") from error
        if web.port == 0:
            self.host.public_url = server.url
        with server:
            yield server.url, password

    def check_login(self) -> str:
        """The bot's user name. Raises SettingsError when the credentials do not work."""
        try:
            return whoami(self._polling_client)
        except (Refused, RetryLater) as error:
            raise SettingsError(f"Reddit did not accept the credentials, or is not there: {error}") from error

    def poll(self) -> int | None:
        """Receive what is new in the inbox and in the scanned subreddits; returns how many jobs were added.

        The inbox and each subreddit are read apart: one that cannot be read is logged and keeps nobody waiting. None
        when the inbox itself could not be read.
        """
        asked = self._guarded("inbox", self._poll_inbox)
        scanned = [self._guarded(f"r/{name}", partial(self._scan, name)) for name in self.settings.reddit.scan]
        new = sum(count or 0 for count in (asked, *scanned))
        if new:
            log.info("received", jobs=new)
            self._wake.set()
        return None if asked is None else new

    def _poll_inbox(self) -> int:
        unread = list(inbox.unread(self._polling_client))
        new = jobs.receive(self.engine, unread)
        # Done with, but unread: Reddit refused to mark it when the job was finished.
        for fullname in jobs.finished(self.engine, [summons.fullname for summons in unread]):
            inbox.mark_read(self._polling_client, fullname)
        self.last_poll = jobs.now()
        return new

    def _scan(self, subreddit: str) -> int:
        since = jobs.now() - timedelta(hours=self.settings.reddit.scan_hours)
        posts = new_posts(
            self._polling_client, subreddit, since=since, known=lambda names: jobs.known(self.engine, names)
        )
        return jobs.receive(self.engine, posts)

    def _guarded(self, what: str, read: Callable[[], int]) -> int | None:
        started = time.monotonic()
        try:
            return read()
        except (Refused, RetryLater) as error:
            log.warning("poll_failed", what=what, reason=str(error), seconds=round(time.monotonic() - started, 2))
        except Exception:
            log.exception("poll_failed", what=what, seconds=round(time.monotonic() - started, 2))
        return None

    @cached_property
    def colorizer(self) -> Colorizer:
        """The model. Raises SettingsError when the weights or the device are not there."""
        wanted = self.settings.colorizer
        try:
            return Colorizer.load(wanted.weights, device=wanted.device)
        except (OSError, ValueError) as error:
            raise SettingsError(f"colorizer: {error}") from error

    @cached_property
    def _walker(self) -> Walker:
        work = self.settings.work
        return Walker(
            self.engine,
            self._tools(),
            attempts=work.attempts,
            retry_seconds=work.retry_seconds,
            observer=self._observer,
            redact=self.redactor.hide,
        )

    def _tools(self) -> Tools:
        settings = self.settings
        limits = FetchLimits(
            allowed_hosts=settings.fetch.allowed_hosts or DEFAULT_HOSTS,
            extra_origins=settings.fetch.extra_origins,
            max_bytes=settings.fetch.max_bytes,
            total_seconds=settings.fetch.deadline_seconds,
        )
        return Tools(
            engine=self.engine,
            connect=self.connect,
            load_colorizer=lambda: self.colorizer,
            fetcher=Fetcher(limits),
            files=self.files,
            host=self.host,
            image_url=settings.reddit.image_url,
            about_url=f"{self.host.public_url}/about",
            max_pixels=settings.fetch.max_pixels,
            min_side=settings.fetch.min_side,
            patience=timedelta(hours=settings.work.patience_hours),
        )

    def work(self) -> bool:
        """Claim one job and walk it as far as it goes; False when none is due, or the database does not answer."""
        try:
            job = jobs.claim(self.engine, self.settings.work.name)
            if job is None:
                return False
            self._walker.walk(job, stop=self._stopping.is_set)
        except SQLAlchemyError:
            log.exception("database_failed")
            return False
        return True

    def drain(self) -> None:
        """Poll and work until inbox, scanned subreddits and queue are empty; waits for jobs that were put off."""
        failures = 0
        while not self._stopping.is_set():
            new = self.poll()
            failures = failures + 1 if new is None else 0
            if failures == MAX_POLL_FAILURES:
                raise RuntimeError(f"Reddit could not be read {failures} times in a row; see the log")
            while self.work():
                if self._stopping.is_set():
                    return
            due = jobs.next_due(self.engine)
            if due is None and new == 0:
                return
            wait = (due - jobs.now()).total_seconds() if due is not None else IDLE_SECONDS if new is None else 0
            self._stopping.wait(min(30.0, max(0.05, wait)))

    def run(self) -> None:
        """Poll on a schedule and work, until SIGTERM or SIGINT; a step that has begun is finished first."""
        scheduler = BackgroundScheduler(timezone="UTC")
        scheduler.add_job(
            self.poll,
            "interval",
            seconds=self.settings.reddit.poll_seconds,
            next_run_time=jobs.now(),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,  # late is better than not at all
        )
        with stop_on_signal(self.stop):
            scheduler.start()
            try:
                while not self._stopping.is_set():
                    if not self.work():
                        self._wake.wait(IDLE_SECONDS)
                        self._wake.clear()
            finally:
                scheduler.shutdown(wait=True)
        log.info("stopped", open_jobs=jobs.count_open(self.engine))

    def stop(self) -> None:
        """Ask `run` and `drain` to end after the present step."""
        self._stopping.set()
        self._wake.set()


@contextmanager
def only_process(path: Path) -> Iterator[None]:
    """Hold a lock that the kernel gives back when the process dies, however it dies."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(f"another process holds {path}; give this one its own work.name") from None
        yield
