"""What the running processes write down of themselves, and how old it is.

Ages are counted by the monotonic clock from when a beat was first seen here, so that they go on rightly when the wall
clock is set; that clock only tells how old a beat was at its first sight.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import Engine, Update, delete, func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot import __version__
from bot.domain.health import POLLER, WORKER, Pulse
from bot.store.jobs import THREAD_MARK, now
from bot.store.operator_tables import Heartbeat

WORKER_SECONDS = 10.0
"""How often an idle worker writes its beat down."""

KEPT = timedelta(days=7)
"""A process that has not been heard of for so long is forgotten."""


class Heart:
    """The beats of one process or thread, in the database; a worker's at most every WORKER_SECONDS while it is idle."""

    def __init__(self, engine: Engine, name: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._name = name
        self._clock = clock
        self._written: dict[str, tuple[int | None, float]] = {}
        self._lock = threading.Lock()

    def start(self, role: str, every: float) -> None:
        """The process begins in this role; it has not succeeded yet. Threads that it had before are forgotten."""
        moment = now()
        row = Heartbeat(
            role=role,
            name=self._name,
            started_at=moment,
            beat_at=None,
            stopped_at=None,
            every=every,
            job_id=None,
            version=__version__,
        )
        with Session(self._engine) as session, session.begin():
            threads = Heartbeat.name.startswith(self._name + THREAD_MARK, autoescape=True)
            session.execute(delete(Heartbeat).where(Heartbeat.role == role, threads))
            session.merge(row)
            session.execute(
                delete(Heartbeat).where(func.coalesce(Heartbeat.beat_at, Heartbeat.started_at) < moment - KEPT)
            )

    def beat(self, role: str, job_id: int | None = None) -> None:
        """The process has done what its role is, or has just begun to work on a job."""
        with self._lock:
            before = self._written.get(role)
            idle = role == WORKER and before is not None and before[0] is None and job_id is None
            if idle and before is not None and self._clock() - before[1] < WORKER_SECONDS:
                return
            self._written[role] = (job_id, self._clock())
        values = {"beat_at": now(), "job_id": job_id, "stopped_at": None}
        with self._engine.begin() as connection:
            connection.execute(_of(role, self._name).values(values))

    def stop(self) -> None:
        """The process ends in good order; that is written down if the database still answers."""
        with suppress(SQLAlchemyError), self._engine.begin() as connection:
            for role in (POLLER, WORKER):
                connection.execute(_of(role, self._name).values(stopped_at=now(), job_id=None))


class Pulses:
    """Reads the beats of all processes."""

    def __init__(
        self, engine: Engine, *, monotonic: Callable[[], float] = time.monotonic, wall: Callable[[], datetime] = now
    ) -> None:
        self._engine = engine
        self._monotonic = monotonic
        self._wall = wall
        self._seen: dict[tuple[str, str], tuple[datetime, float, float]] = {}
        self._lock = threading.Lock()

    def read(self) -> list[Pulse]:
        """Every process that was heard of, the pollers first."""
        with Session(self._engine) as session:
            rows = session.scalars(select(Heartbeat).order_by(Heartbeat.role, Heartbeat.name)).all()
        return [
            Pulse(
                role=row.role,
                name=row.name,
                age=self._age((row.role, row.name), row.stopped_at or row.beat_at or row.started_at),
                every=row.every,
                begun=row.beat_at is not None,
                stopped=row.stopped_at is not None,
                job_id=row.job_id,
                version=row.version,
            )
            for row in rows
        ]

    def _age(self, key: tuple[str, str], moment: datetime) -> float:
        with self._lock:
            seen = self._seen.get(key)
            if seen is None or seen[0] != moment:
                old = max(0.0, (self._wall() - moment).total_seconds())
                seen = self._seen[key] = (moment, old, self._monotonic())
            return seen[1] + self._monotonic() - seen[2]


def _of(role: str, name: str) -> Update:
    return update(Heartbeat).where(Heartbeat.role == role, Heartbeat.name == name)
