"""The running bot: polling on a schedule, working on jobs, and stopping without losing any."""

import fcntl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.chores.subreddits import take_notices
from bot.domain.delivery import Delivery
from bot.domain.health import POLLER, WORKER
from bot.domain.limits import Limits
from bot.domain.refusals import Refused, RetryLater
from bot.domain.retry import RetryRules
from bot.duties import Duty, duties_of, duties_of_each
from bot.hosting.build import hosts_of
from bot.hosting.folder import FolderHost
from bot.logs import Redactor
from bot.photos.albums import Albums
from bot.photos.fetch import Fetcher, FetchLimits
from bot.photos.urls import DEFAULT_HOSTS
from bot.pipeline.run import Observer, Walker
from bot.pipeline.tools import Tools
from bot.reddit import inbox
from bot.reddit.account import whoami
from bot.reddit.client import NotConfigured, Reddit, connect, secrets_of
from bot.serving import BackgroundServer, stop_on_signal
from bot.settings import Settings, SettingsError, check_agent, reveal
from bot.store import jobs, notes
from bot.store.database import migrate, open_database
from bot.store.files import JobFiles
from bot.store.heartbeats import WORKER_SECONDS, Heart
from bot.store.subreddits import rules_of
from bot.web.app import create_app
from bot.web.installation import Installation
from bot.web.login import ensure_password
from colorizer.model import Colorizer
from colorizer.photo import IsolatedDecoder
from colorizer.photo import Limits as PhotoLimits

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
        self.hosts = hosts_of(settings.hosting, folder=self.host, connect=self.connect)
        self.decoder = IsolatedDecoder(PhotoLimits(pixels=settings.fetch.max_pixels))
        self.last_poll: datetime | None = None
        self._heart = Heart(self.engine, settings.work.name)
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
            self._heart.start(WORKER, WORKER_SECONDS)
            try:
                yield self
            finally:
                jobs.release(self.engine, work.name, died=False)
                self._heart.stop()
                self.decoder.close()
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

    @cached_property
    def _duty_client(self) -> Reddit:
        """That of the thread that does the duties."""
        return self.connect()

    @cached_property
    def _own_name(self) -> str:
        return whoami(self._duty_client)

    @contextmanager
    def web(self, name: str) -> Iterator[tuple[str, str | None]]:
        """Serve the reply log and the hosted pictures in a thread.

        Gives the address, and the operator's password when it was made just now. Raises SettingsError when the port
        cannot be used.
        """
        web, password = self.settings.web, ensure_password(self.engine)
        application = create_app(
            engine=self.engine,
            files=self.files,
            hosted=self.host,
            bot_name=name,
            reddit_url=self.settings.reddit.reddit_url,
            secure_cookies=(web.public_url or "").startswith("https://"),
            installation=Installation(self.settings.data_dir, self.settings.backups(), self.settings),
            trusted_proxies=tuple(map(str, web.trusted_proxies)),
        )
        try:
            proxies = tuple(map(str, web.trusted_proxies))
            server = BackgroundServer(lambda _: application, host=web.host, port=web.port, trusted=proxies)
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
        """Receive what is new in the inbox; returns how many jobs were added, None when it could not be read."""
        new: int | None = self._guarded("inbox", self._poll_inbox)
        if new:
            log.info("received", jobs=new)
            self._wake.set()
        return new

    def _poll_inbox(self) -> int:
        unread = list(inbox.unread(self._polling_client))
        if not self.settings.work.dry_run:
            unread = take_notices(self.engine, self._polling_client, unread)
        new = jobs.receive(self.engine, unread)
        # Done with, but unread: Reddit refused to mark it when the job was finished.
        done = jobs.finished(self.engine, [summons.fullname for summons in unread])
        for fullname in () if self.settings.work.dry_run else done:
            inbox.mark_read(self._polling_client, fullname)
        self.last_poll = jobs.now()
        notes.write(self.engine, notes.LAST_POLL, self.last_poll.isoformat())
        self._heart.beat(POLLER)
        return new

    @cached_property
    def duties(self) -> list[Duty]:
        """What this process does from time to time beside answering."""
        return duties_of(self, lambda: self._duty_client, lambda: self._own_name)

    def tidy(self) -> int:
        """Do every duty once, now; returns how many jobs were added by it."""
        before = jobs.count(self.engine)
        for duty in self.duties:
            self._guarded(duty.name, duty.run)
        return jobs.count(self.engine) - before

    def _do(self, duty: Duty) -> None:
        if self._guarded(duty.name, duty.run):
            self._wake.set()

    def _guarded(self, what: str, act: Callable[[], Any]) -> Any:
        """What `act` returns; None when it fails, which is logged and keeps nothing else waiting."""
        started = time.monotonic()
        try:
            return act()
        except (Refused, RetryLater) as error:
            log.warning("poll_failed", what=what, reason=str(error), seconds=round(time.monotonic() - started, 2))
        except Exception:
            log.exception("poll_failed", what=what, seconds=round(time.monotonic() - started, 2))
        return None

    @cached_property
    def models(self) -> dict[str, Callable[[], Colorizer]]:
        """The models by name, the default first, which is loaded here.

        Raises SettingsError when the weights or the device are not there.
        """
        wanted = self.settings.colorizer
        try:
            default = Colorizer.load(wanted.weights, device=wanted.device)
        except (OSError, ValueError) as error:
            raise SettingsError(f"colorizer: {error}") from error
        others = {name: partial(Colorizer.load, name, device=wanted.device) for name in wanted.others}
        return {Path(wanted.weights).stem: lambda: default, **others}

    @cached_property
    def _walker(self) -> Walker:
        work = self.settings.work
        return Walker(
            self.engine,
            self._tools(),
            retry=RetryRules(
                attempts=work.attempts,
                first_wait=timedelta(seconds=work.retry_seconds),
                patience=timedelta(hours=work.patience_hours),
            ),
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
            models=self.models,
            fetcher=Fetcher(limits),
            albums=Albums(reveal(settings.hosting.imgur.client_id), settings.hosting.imgur.api_url),
            files=self.files,
            hosts=self.hosts,
            rules=lambda subreddit: rules_of(self.engine, subreddit, settings.reddit.scan),
            limits=Limits(**settings.limits.model_dump()),
            image_url=settings.reddit.image_url,
            reddit_url=settings.reddit.reddit_url,
            about_url=f"{self.host.public_url}/about",
            decoder=self.decoder,
            min_side=settings.fetch.min_side,
            patience=timedelta(hours=settings.work.patience_hours),
            elsewhere=None if settings.reply.elsewhere == "none" else Delivery(settings.reply.elsewhere),
            own_thread=settings.reply.thread,
            explain=settings.reply.explain,
            inline=settings.reply.inline,
            ignored=settings.reddit.ignored_users,
            dry_run=settings.work.dry_run,
        )

    def work(self) -> bool:
        """Claim one job and walk it as far as it goes; False when none is due or the bot is paused.

        False too when the database does not answer.
        """
        try:
            self._heart.beat(WORKER)
            if notes.why_paused(self.engine):
                return False
            job = jobs.claim(self.engine, self.settings.work.name)
            if job is None:
                return False
            self._heart.beat(WORKER, job.id)
            self._walker.walk(job, stop=self._stopping.is_set)
        except SQLAlchemyError:
            log.exception("database_failed")
            return False
        return True

    def drain(self) -> None:
        """Poll, do the duties and work until nothing is left to do; waits for jobs that were put off."""
        failures = 0
        self._heart.start(POLLER, self.settings.reddit.poll_seconds)
        while not self._stopping.is_set():
            new = self.poll()
            failures = failures + 1 if new is None else 0
            if failures == MAX_POLL_FAILURES:
                raise RuntimeError(f"Reddit could not be read {failures} times in a row; see the log")
            found = self.tidy() > 0
            while self.work():
                found = True  # a job that ended may have left something to tidy
                if self._stopping.is_set():
                    return
            due = None if notes.why_paused(self.engine) else jobs.next_due(self.engine)
            if due is None and new == 0 and not found:
                return
            wait = (due - jobs.now()).total_seconds() if due is not None else IDLE_SECONDS if new is None else 0
            self._stopping.wait(min(30.0, max(0.05, wait)))

    def run(self, *, polling: bool = True) -> None:
        """Work until SIGTERM or SIGINT; a step that has begun is finished first.

        polling: poll and do all duties as well, on a schedule; off in a process that is one of several.
        """
        scheduler = BackgroundScheduler(
            timezone="UTC", executors={"polling": ThreadPoolExecutor(1), "duties": ThreadPoolExecutor(1)}
        )
        often = {
            "trigger": "interval",
            "next_run_time": jobs.now(),
            "max_instances": 1,
            "coalesce": True,
            "misfire_grace_time": None,  # late is better than not at all
        }
        if polling:
            self._heart.start(POLLER, self.settings.reddit.poll_seconds)
            scheduler.add_job(self.poll, seconds=self.settings.reddit.poll_seconds, executor="polling", **often)
        for duty in self.duties if polling else duties_of_each(self):
            scheduler.add_job(self._do, args=(duty,), seconds=duty.seconds, executor="duties", **often)
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
