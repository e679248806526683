"""The bot: everything that runs in one process, from start to stop."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import datetime
from functools import cached_property, partial

import structlog
from fastapi import FastAPI

from bot.app.bell import Bell
from bot.app.broker import Announcer, celery_app
from bot.app.claims import Claims
from bot.app.leader import Leader
from bot.app.lock import AlreadyRunning, only_process
from bot.app.periodic import OWN_FILES, PeriodicTasks
from bot.app.polling import Poller
from bot.app.schedule import Schedule
from bot.app.services import Services
from bot.app.worker import Worker
from bot.app.workplace import taken
from bot.domain.health import WORKER
from bot.domain.refusals import Refused, RetryLater
from bot.hosting.folder import FolderHost
from bot.logs import Redactor
from bot.periodic.tasks import PeriodicTask
from bot.periodic.watch import Watcher, apprise_notifier
from bot.pipeline.run import Observer
from bot.reddit import login
from bot.reddit.account import whoami
from bot.serving import BackgroundServer, stop_on_signal
from bot.settings import Settings, SettingsError
from bot.store import jobs, notes
from bot.store.database import Engine, make_folder
from bot.store.files import JobFiles
from bot.store.heartbeats import WORKER_SECONDS, Heart
from bot.store.tables import Job
from bot.web.app import create_app
from bot.web.installation import Installation, ResultSettings
from bot.web.login import ensure_password

MAX_POLL_FAILURES = 5
"""Failed polls in a row after which `drain` gives up."""

IDLE_SECONDS = 2.0
"""How long a worker waits when nothing is due and nobody rings."""

log = structlog.get_logger("bot.app")


class Bot:
    """Everything that runs, made from settings. One process of a work.name and data_dir may be open at a time."""

    def __init__(
        self,
        settings: Settings,
        *,
        observer: Observer | None = None,
        redactor: Redactor | None = None,
        services: Services | None = None,
    ) -> None:
        """services: What is open already; made from the settings where it is not given."""
        self.services = services or Services.of(settings, redactor)
        self._heart = Heart(self.engine, settings.work.name)
        self._bell = Bell()
        self._stopping = threading.Event()
        self._leader = Leader(self.engine, self._heart, settings.reddit.poll_seconds)
        self._poller = Poller(self.services, self._heart)
        self._claims = Claims(self.engine)
        names = [jobs.thread_name(settings.work.name, index) for index in range(settings.work.threads())]
        broker = settings.work.broker is not None
        self._announcer = Announcer(celery_app(settings), self.engine) if broker else None
        self._workers = [
            Worker(self.services, one, self._claims, stopping=self._stopping.is_set, observer=observer) for one in names
        ]

    @property
    def settings(self) -> Settings:
        """What it was made from."""
        return self.services.settings

    @property
    def engine(self) -> Engine:
        """The database."""
        return self.services.engine

    @property
    def files(self) -> JobFiles:
        """Pictures of jobs on this machine."""
        return self.services.files

    @property
    def host(self) -> FolderHost:
        """The pictures that the bot's own web process serves."""
        return self.services.folder

    @property
    def last_poll(self) -> datetime | None:
        """When this process last read the inbox."""
        return self._poller.last_poll

    @contextmanager
    def opened(self, *, polling: bool = True) -> Iterator["Bot"]:
        """Lock the worker's name, bring the tables up to date and take up what a killed process left.

        polling: this process reads the inbox, which only one may do in a data folder; of several on one PostgreSQL
        server one polls, and the others stand by. Raises AlreadyRunning.
        """
        data = self.settings.data_dir
        make_folder(data)
        with ExitStack() as stack:
            stack.callback(self.services.close)
            if polling:
                stack.enter_context(
                    only_process(data / "polling.lock", "stop that one, or leave it and start no second")
                )
            stack.enter_context(taken(self.services, self._claims))
            stack.callback(self._leader.step_down)
            if self._announcer is None:
                self._workers[0].heart.start(WORKER, WORKER_SECONDS)
            stack.callback(self._heart.stop)
            yield self

    @contextmanager
    def web(self, name: str) -> Iterator[tuple[str, str | None]]:
        """Serve the reply log and the hosted pictures in a thread.

        Gives the address, and the operator's password when it was made just now. Raises SettingsError when the port
        cannot be used.
        """
        web, watcher = self.settings.web, self._watcher()
        proxies = tuple(map(str, web.trusted_proxies))

        def make(url: str) -> FastAPI:
            if web.port == 0:
                self.host.public_url = url
            return create_app(
                engine=self.engine,
                files=self.files,
                hosted=self.host,
                bot_name=name,
                reddit_url=self.settings.reddit.reddit_url,
                secure_cookies=(web.public_url or "").startswith("https://"),
                installation=Installation(self.settings.data_dir, self.settings.backups(), self.settings),
                trusted_proxies=proxies,
                results=self._result_settings(),
            )

        try:
            server = BackgroundServer(make, host=web.host, port=web.port, trusted=proxies)
        except OSError as error:
            raise SettingsError(f"web.port {web.port} on {web.host} cannot be used: {error.strerror}") from error
        password = ensure_password(self.engine)  # only now: one that is made and not shown is lost
        with server, watcher:
            yield server.url, password

    def _result_settings(self) -> ResultSettings | None:
        """What result pages need; the model is loaded when somebody corrects colours."""
        if (links := self.services.links()) is None:
            return None
        return ResultSettings(links, self.services.views, lambda: next(iter(self.services.models.values()))())

    def _watcher(self) -> Watcher:
        notify = self.settings.notify
        urls = [url.get_secret_value() for url in notify.urls]
        try:
            send = apprise_notifier(urls) if urls else None
        except ValueError as error:
            raise SettingsError(f"notify.urls: {error}") from error
        where = f"{self.settings.web.address()}/status"
        return Watcher(self.engine, send, silent_after=60 * notify.silent_minutes, where=where)

    def check_login(self) -> str:
        """The bot's user name. Raises SettingsError when the credentials do not work."""
        client = self._poller.client
        try:
            name = whoami(client)
        except (Refused, RetryLater) as error:
            raise SettingsError("; ".join(login.why_not(client, error))) from error
        if wrong := login.other_account(client, name):
            raise SettingsError(wrong)
        return name

    def poll(self) -> int | None:
        """Receive what is new in the inbox; returns how many jobs were added, None when it could not be read."""
        new = self._poller.poll()
        if new:
            self._ring()
        return new

    def _ring(self) -> None:
        """There may be work, for the threads of this process or for others behind a broker."""
        self._bell.ring()
        if self._announcer is not None:
            self._announcer.ring()

    @cached_property
    def periodic(self) -> PeriodicTasks:
        """What a process that polls does from time to time besides answering."""
        return PeriodicTasks(self.services, polls=True)

    def run_periodic_tasks(self) -> int:
        """Run every periodic task once, now; returns how many jobs were added by them."""
        before = jobs.newest_id(self.engine)
        for task in self.periodic.registry:
            self.periodic.run(task)
        return jobs.newest_id(self.engine) - before

    def work(self) -> bool:
        """Work on one job; False when none is due, the bot is paused or the database does not answer."""
        return self._workers[0].work()

    def work_on(self, job: Job, *, until: Callable[[Job], bool] = lambda _: False) -> None:
        """Run the steps of a claimed job, up to the step before which `until` is true."""
        self._workers[0].work_on(job, until=until)

    def drain(self) -> None:
        """Poll, run the periodic tasks and work until nothing is left to do; waits for jobs that were put off."""
        failures = 0
        if not self._leader.leads():
            raise AlreadyRunning(
                "a bot runs already: another process polls for this database; leave it, or stop it first"
            )
        while not self._stopping.is_set():
            new = self.poll()
            failures = failures + 1 if new is None else 0
            if failures == MAX_POLL_FAILURES:
                raise SettingsError(f"Reddit could not be read {failures} times in a row: the log above says why")
            found = self.run_periodic_tasks() > 0
            while self.work():
                found = True  # a job that ended may have left something for the periodic tasks
                if self._stopping.is_set():
                    return
            paused = notes.pauses(self.engine)
            due = None if paused.everything else jobs.next_due(self.engine, paused=paused.steps)
            if due is None and new == 0 and not found:
                return
            wait = (due - jobs.now()).total_seconds() if due is not None else IDLE_SECONDS if new is None else 0
            least = 0.05 if self.files.has_room() else IDLE_SECONDS
            self._stopping.wait(min(30.0, max(least, wait)))

    def run(self, *, polling: bool = True) -> None:
        """Work until SIGTERM or SIGINT; a step that has begun is finished first. With a broker others do the work.

        polling: poll and run all periodic tasks as well, on a schedule; off in a process that is one of several.
        """
        schedule = self._scheduled(polling=polling)
        workers = self._workers if self._announcer is None else []
        for worker in workers[1:]:
            worker.heart.start(WORKER, WORKER_SECONDS)
        announcing = self._announcer.running() if self._announcer is not None else nullcontext()
        with stop_on_signal(self.stop), announcing, ThreadPoolExecutor(len(self._workers), "worker") as pool:
            schedule.start()
            working = [pool.submit(self._work_until_stopped, worker) for worker in workers]
            try:
                for ended in as_completed(working):
                    ended.result()
                self._stopping.wait()
            finally:
                self.stop()
                schedule.shutdown(wait=True)
                for worker in workers[1:]:
                    worker.heart.stop()
        log.info("stopped", open_jobs=jobs.count_open(self.engine))

    def _work_until_stopped(self, worker: Worker) -> None:
        while not self._stopping.is_set():
            heard = self._bell.rung
            if not worker.work():
                self._bell.wait(heard, IDLE_SECONDS)

    def stop(self) -> None:
        """Ask `run` and `drain` to end after the present step."""
        self._stopping.set()
        self._bell.ring()

    def _scheduled(self, *, polling: bool) -> Schedule:
        """Polling in one thread, the periodic tasks in another."""
        schedule = Schedule("polling", "periodic")
        if polling:
            schedule.every(self.settings.reddit.poll_seconds, self._poll_if_leading, thread="polling")
        tasks = self.periodic if polling else PeriodicTasks(self.services, polls=False)
        for task in tasks.registry:
            schedule.every(task.every.total_seconds(), partial(self._run_task, tasks, task), thread="periodic")
        return schedule

    def _poll_if_leading(self) -> None:
        if self._leader.leads():
            self.poll()

    def _run_task(self, tasks: PeriodicTasks, task: PeriodicTask) -> None:
        if (task.name == OWN_FILES or self._leader.leads()) and tasks.run(task):
            self._ring()
