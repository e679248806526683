"""The tasks of the Celery application, and what a process that works on them has open."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog

from bot.app.broker import Announcer, celery_app, task_name
from bot.app.claims import Claims
from bot.app.periodic import PeriodicTasks
from bot.app.schedule import Schedule
from bot.app.services import Services
from bot.app.worker import Worker
from bot.app.workplace import taken
from bot.domain.health import WORKER
from bot.domain.queues import Queue, queue_of
from bot.logs import Redactor
from bot.settings import Settings, SettingsError
from bot.store import announcing, jobs
from bot.store.database import DatabaseFailed, remedy_for
from bot.store.heartbeats import WORKER_SECONDS
from bot.store.tables import Job

if TYPE_CHECKING:
    from celery import Celery

log = structlog.get_logger("bot.app.broker")


class Station:
    """A process of Celery's: a worker for each thread of its pool, made when first needed.

    name: the node's, which is its work.name. Raises SettingsError for one that cannot be.
    """

    def __init__(self, app: "Celery", settings: Settings, redactor: Redactor, name: str) -> None:
        self._services = Services.of(settings.under_name(name), redactor)
        self._claims = Claims(self._services.engine)
        self._announcer = Announcer(app, self._services.engine, every=None)
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._workers: list[Worker] = []
        self._idle: list[Worker] = []

    def check(self) -> None:
        """Raises SettingsError where something is missing that a job needs."""
        settings = self._services.settings
        settings.check_filled()
        settings.check_public_url()
        self._services.check()

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Be there for tasks for the time of the block. Raises AlreadyRunning."""
        with ExitStack() as stack:
            stack.callback(self._services.close)
            stack.enter_context(taken(self._services, self._claims))
            self._give(self._take())  # seen at once, before the first job
            schedule = self._scheduled()
            schedule.start()
            stack.callback(schedule.shutdown, wait=True)
            stack.enter_context(self._announcer.running())
            try:
                yield
            finally:
                for worker in self._workers:
                    worker.heart.stop()

    def stop(self) -> None:
        """Begin no further step."""
        self._stopping.set()

    def work(self, queue: Queue, job_id: int) -> str:
        """Take a job through the steps of a queue, if it is its turn; returns in a few words what came of it."""
        worker = self._take()
        try:
            self._announcer.ring()  # this message is out of the queue: there is room for another
            job = worker.work_on_one(job_id, queue.stages)
            if job is None:
                announcing.unheard(self._services.engine, [job_id])
            return _what_came_of(job)
        finally:
            self._give(worker)
            self._announcer.ring()

    def _take(self) -> Worker:
        with self._lock:
            if self._idle:
                return self._idle.pop()
            name = jobs.thread_name(self._services.settings.work.name, len(self._workers))
            worker = Worker(self._services, name, self._claims, stopping=self._stopping.is_set)
            self._workers.append(worker)
        worker.heart.start(WORKER, WORKER_SECONDS)
        return worker

    def _give(self, worker: Worker) -> None:
        worker.heart.beat(WORKER)
        with self._lock:
            self._idle.append(worker)

    def _beat(self) -> None:
        """Those that wait for a message are well too."""
        with self._lock:
            idle = list(self._idle)
        for worker in idle:
            worker.heart.beat(WORKER)

    def _scheduled(self) -> Schedule:
        schedule = Schedule("beats", "files")
        schedule.every(WORKER_SECONDS, self._beat, thread="beats")
        tasks = PeriodicTasks(self._services, polls=False)
        for task in tasks.registry:
            schedule.every(task.every.total_seconds(), partial(tasks.run, task), thread="files")
        return schedule


def _what_came_of(job: Job | None) -> str:
    if job is None:
        return "not its turn"
    if job.finished_at is not None:
        return f"finished: {job.outcome}"
    return f"put off before {job.stage}" if job.attempts else f"goes on in {queue_of(job.stage)}"


def celery_with_tasks(settings: Settings, redactor: Redactor) -> "Celery":
    """The Celery application of `celery -A bot.celery worker`: a task for each queue, with a job's id and nothing else.

    Raises SettingsError.
    """
    app = celery_app(settings)
    held: dict[str, tuple[Station, ExitStack]] = {}

    def add_task(queue: Queue) -> None:
        def work(job_id: int) -> str:
            [(station, _)] = held.values()
            return station.work(queue, job_id)

        app.task(work, name=task_name(queue), ignore_result=True)

    for queue in Queue:
        add_task(queue)
    _connect(app, settings, redactor, held)
    return app


_NO_AUTOSCALE = "Celery cannot scale a pool of threads: give --concurrency in the place of --autoscale"
"""Celery would start, and end the process with a traceback when there is work for a second thread."""


def _check_pool(pool: type) -> None:
    if pool.__module__ not in {"celery.concurrency.thread", "celery.concurrency.solo"}:
        raise SettingsError("the pool has to be `threads`: a GPU cannot be used after a fork. Leave --pool away")


def _connect(app: "Celery", settings: Settings, redactor: Redactor, held: dict[str, tuple[Station, ExitStack]]) -> None:
    """Open a station when a worker process begins, and close it when it has ended."""
    from celery import signals

    def check_options(instance: Any, options: dict[str, Any], **_: Any) -> None:
        if instance.app is app and options.get("autoscale"):
            log.critical("not_started", reason=_NO_AUTOSCALE)
            raise SystemExit(2)

    def begin(sender: Any, **_: Any) -> None:
        if sender.app is not app:
            return
        try:
            _check_pool(sender.pool_cls)
            station, stack = Station(app, settings, redactor, sender.hostname), ExitStack()
            station.check()
            stack.enter_context(station.opened())
        except SettingsError as error:
            log.critical("not_started", reason=str(error))
            raise SystemExit(2) from None
        except DatabaseFailed as error:
            log.critical("not_started", reason=remedy_for(error))
            raise SystemExit(2) from None
        except Exception:
            log.exception("not_started")
            raise SystemExit(1) from None  # Celery would log any other exception, and go on without a station
        held[sender.hostname] = station, stack

    def stop(sender: str, **_: Any) -> None:
        if sender in held:
            held[sender][0].stop()

    def end(sender: Any, **_: Any) -> None:
        if sender.hostname in held:
            held.pop(sender.hostname)[1].close()

    def keep_our_logs(**_: Any) -> None:
        """Celery sets no logs up where this signal is heard."""

    # Strong references: Celery forgets functions that nobody else holds.
    signals.celeryd_init.connect(check_options, weak=False)
    signals.worker_init.connect(begin, weak=False)
    signals.worker_shutting_down.connect(stop, weak=False)
    signals.worker_shutdown.connect(end, weak=False)
    signals.setup_logging.connect(keep_our_logs, weak=False)
