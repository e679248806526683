"""The running bot: polling on a schedule, working on jobs, and stopping without losing any."""

import fcntl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine

from bot.domain.outcomes import Refused, RetryLater
from bot.hosting.folder import FolderHost
from bot.photos.fetch import Fetcher, FetchLimits
from bot.photos.urls import DEFAULT_HOSTS
from bot.pipeline.run import Observer, Walker
from bot.pipeline.tools import Tools
from bot.reddit import inbox
from bot.reddit.account import whoami
from bot.reddit.client import Reddit, connect
from bot.reddit.listings import new_posts
from bot.serving import BackgroundServer, stop_on_signal
from bot.settings import Settings, SettingsError
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


class AlreadyRunning(RuntimeError):
    """Another process works under the same name in the same data folder."""


class Bot:
    """Everything that runs, made from settings. One process of a work.name and data_dir may be open at a time."""

    def __init__(self, settings: Settings, *, observer: Observer | None = None) -> None:
        self.settings = settings
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
        with _only_process(self.settings.data_dir / f"worker-{self.settings.work.name}.lock"):
            migrate(self.engine)
            left = jobs.release(self.engine, self.settings.work.name)
            if left:
                log.info("resuming", jobs=left)
            try:
                yield self
            finally:
                self.engine.dispose()

    def connect(self) -> Reddit:
        """A new PRAW client."""
        return connect(self.settings.reddit.site, self.settings.reddit.praw_options())

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
        """The bot's user name. Raises Refused or RetryLater when the credentials do not work."""
        return whoami(self._polling_client)

    def poll(self) -> int:
        """Receive what is new in the inbox and in the scanned subreddits; returns how many jobs were added."""
        reddit = self.settings.reddit
        new = jobs.receive(self.engine, inbox.unread(self._polling_client))
        since = jobs.now() - timedelta(hours=reddit.scan_hours)
        for subreddit in reddit.scan:
            posts = new_posts(
                self._polling_client, subreddit, since=since, known=lambda names: jobs.known(self.engine, names)
            )
            new += jobs.receive(self.engine, posts)
        self.last_poll = jobs.now()
        if new:
            log.info("received", jobs=new)
            self._wake.set()
        return new

    @cached_property
    def _walker(self) -> Walker:
        work = self.settings.work
        return Walker(
            self.engine,
            self._tools(),
            attempts=work.attempts,
            retry_seconds=work.retry_seconds,
            observer=self._observer,
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
            connect=self.connect,
            load_colorizer=lambda: Colorizer.load(settings.colorizer.weights, device=settings.colorizer.device),
            fetcher=Fetcher(limits),
            files=self.files,
            host=self.host,
            image_url=settings.reddit.image_url,
            about_url=f"{self.host.public_url}/about",
            max_pixels=settings.fetch.max_pixels,
            min_side=settings.fetch.min_side,
        )

    def work(self) -> bool:
        """Claim one job and walk it as far as it goes; False when none is due."""
        job = jobs.claim(self.engine, self.settings.work.name)
        if job is None:
            return False
        self._walker.walk(job, stop=self._stopping.is_set)
        return True

    def drain(self) -> None:
        """Poll and work until the inbox, the scanned subreddits and the queue are empty; waits for postponed jobs."""
        failures = 0
        while not self._stopping.is_set():
            new = self._guarded_poll()
            failures = failures + 1 if new is None else 0
            if failures == MAX_POLL_FAILURES:
                raise RuntimeError(f"Reddit could not be read {failures} times in a row; see the log")
            while self.work():
                if self._stopping.is_set():
                    return
            due = jobs.next_due(self.engine)
            if due is not None:
                self._stopping.wait(min(5.0, max(0.05, (due - jobs.now()).total_seconds())))
            elif new is None:
                self._stopping.wait(IDLE_SECONDS)
            elif new == 0:
                return

    def run(self) -> None:
        """Poll on a schedule and work, until SIGTERM or SIGINT; a step that has begun is finished first."""
        scheduler = BackgroundScheduler(timezone="UTC")
        scheduler.add_job(
            self._guarded_poll,
            "interval",
            seconds=self.settings.reddit.poll_seconds,
            next_run_time=jobs.now(),
            max_instances=1,
            coalesce=True,
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

    def _guarded_poll(self) -> int | None:
        """A poll whose failure is logged, and gives None: the next one may succeed."""
        started = time.monotonic()
        try:
            return self.poll()
        except (Refused, RetryLater) as error:
            log.warning("poll_failed", reason=str(error), seconds=round(time.monotonic() - started, 2))
        except Exception:
            log.exception("poll_failed", seconds=round(time.monotonic() - started, 2))
        return None


@contextmanager
def _only_process(path: Path) -> Iterator[None]:
    """Hold a lock that the kernel gives back when the process dies, however it dies."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(f"another process holds {path}; give this one its own work.name") from None
        yield
