"""Telling workers of jobs through a message broker: Redis or RabbitMQ, by Celery.

PostgreSQL stays the queue. A message carries the id of a job and nothing else, and only a few are on their way at a
time: who comes next is decided as late as possible, by `store/turns.py`.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import structlog

from bot.app.bell import Bell
from bot.domain.queues import Queue
from bot.settings import Settings, SettingsError, reveal
from bot.store import announcing, notes
from bot.store.database import DatabaseFailed, Engine
from bot.store.trouble import tell

if TYPE_CHECKING:
    from celery import Celery
    from kombu.connection import Connection

AHEAD = 4
"""Messages that wait in one queue, at most: somebody who asks waits behind so many others, not behind all that wait."""

SWEEP_SECONDS = 2.0
"""How often a process looks by itself for what is due, such as jobs that were put off, or whose message was lost."""

log = structlog.get_logger("bot.app.broker")


def task_name(queue: Queue) -> str:
    """The name of the task whose messages go into a queue, as Flower and the exporters show it."""
    return f"colorizebot.{queue}"


def celery_app(settings: Settings) -> "Celery":
    """The Celery application, without its tasks. Raises SettingsError where there is no broker or no Celery."""
    url = reveal(settings.work.broker)
    if url is None:
        raise SettingsError('work.broker is not set: "redis://HOST/0" or "amqp://USER:PASSWORD@HOST//"')
    try:
        from celery import Celery
        from kombu.entity import Queue as MessageQueue
    except ImportError as error:
        raise SettingsError(f"work.broker: Celery is missing ({error}): pip install 'colorizebot[celery]'") from error
    app = Celery("colorizebot", broker=url, set_as_current=False)
    queues: Any = [MessageQueue(queue.value, routing_key=queue.value) for queue in Queue]
    app.conf.update(
        task_queues=queues,
        task_default_queue=Queue.INTAKE.value,
        task_routes={task_name(queue): {"queue": queue.value} for queue in Queue},
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        # The row of the job is the truth: a message may be lost, or come twice. Acknowledged late, so that a process
        # holds no more messages than it has threads.
        task_acks_late=True,
        worker_prefetch_multiplier=1,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        # Else, after a lost connection, Celery asks RabbitMQ for more messages in the thread of a task that has ended,
        # while the main thread reads the same connection: one waits for what the other has read, and the worker hangs
        # until the connection runs out.
        worker_enable_prefetch_count_reduction=False,
        task_default_delivery_mode="transient",
        # A CUDA device cannot be used after a fork, and all threads share one model.
        worker_pool="threads",
        worker_concurrency=settings.work.threads(),
        worker_hijack_root_logger=False,
        worker_send_task_events=True,
        task_send_sent_event=True,
        task_track_started=True,
        broker_connection_timeout=5,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_heartbeat=20,
        broker_transport_options=_REDIS if url.startswith("redis") else {},
    )
    return app


_REDIS = {"socket_connect_timeout": 5, "socket_timeout": 30, "socket_keepalive": True, "health_check_interval": 10}


class Announcer:
    """Sends the messages of one process, in a thread of its own: nobody waits for a broker that does not answer.

    every: seconds between two looks for what is due when nobody rings; None in a process that only rings.
    """

    def __init__(self, app: "Celery", engine: Engine, *, every: float | None = SWEEP_SECONDS) -> None:
        self._app = app
        self._engine = engine
        self._every = every
        self._bell = Bell()
        self._stopping = threading.Event()
        self._failing = False
        self._connection: Connection | None = None

    @contextmanager
    def running(self) -> Iterator[None]:
        """Send what is due for the time of the block."""
        thread = threading.Thread(target=self._run, name="announcer", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            self._bell.ring()
            thread.join(2 * SWEEP_SECONDS)  # not for ever: the broker may not answer

    def ring(self) -> None:
        """There may be work."""
        self._bell.ring()

    def announce(self) -> int:
        """Fill each queue up to AHEAD with the jobs whose turn is next; returns how many messages were sent.

        Raises what Celery and the broker's client raise.
        """
        paused, sent = notes.pauses(self._engine), 0
        if paused.everything:
            return 0
        with self._connected() as connection:
            for queue in Queue:
                room = AHEAD - self._waiting(queue, connection)
                if room > 0:
                    due = announcing.to_announce(self._engine, queue.stages, room, paused=paused.steps)
                    self._send(queue, due, connection)
                    sent += len(due)
        return sent

    @contextmanager
    def _connected(self) -> Iterator["Connection"]:
        """A connection that is kept until something fails.

        Not one of Celery's pool, which goes on giving out a connection that was closed after a failure.
        """
        if self._connection is None:
            self._connection = self._app.connection_for_write()
        try:
            yield self._connection
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection; another one is made when it is needed."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):  # each broker's client raises errors of its own
                connection.release()

    def _waiting(self, queue: Queue, connection: "Connection") -> int:
        """How many messages wait in a queue of the broker."""
        with connection.channel() as channel:
            declared: Any = self._app.amqp.queues[queue.value].bind(channel).queue_declare()
            return int(declared.message_count)

    def _send(self, queue: Queue, due: list[int], connection: "Connection") -> None:
        for number, job in enumerate(due):
            try:
                self._app.send_task(task_name(queue), (job,), queue=queue.value, retry=False, connection=connection)
            except Exception:
                announcing.unheard(self._engine, due[number:])
                raise

    def _run(self) -> None:
        while not self._stopping.is_set():
            heard = self._bell.rung
            try:
                self.announce()
            except DatabaseFailed as error:
                tell(log, "database_failed", error)
            except Exception as error:  # noqa: BLE001 - each broker's client raises errors of its own
                self._failed(error)
            else:
                if self._failing:
                    log.info("broker_answers")
                self._failing = False
            self._bell.wait(heard, self._every)
        self.close()

    def _failed(self, error: Exception) -> None:
        """Once for each outage: what is due stays in the database, and is announced when the broker answers."""
        if not self._failing:
            log.warning("broker_failed", reason=str(error) or type(error).__name__)
        self._failing = True
