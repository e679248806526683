"""Totals since the first job, for metrics: each row is summed once, and the sums are kept in the database.

So a start costs what came since the sums were kept, not everything there is. Where much is still to be summed, as at
the first scrape of a database that was filled by an earlier version, each call does a part of it.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from bot.store import notes, trouble
from bot.store.jobs import now
from bot.store.reply_log import step_totals
from bot.store.tables import Job, Step

_LATE_STEPS = 1000
_LATE = timedelta(minutes=20)
"""Near the end, rows may still appear between others: a transaction that began earlier ends later. So the last steps
and minutes are summed anew each time, and only what lies before them is remembered."""

SECONDS = 1.0
"""About so long a call goes on summing what was not summed yet."""

PART_OF_STEPS, PART_OF_JOBS = 100_000, 50_000
"""So many rows are summed by one query, which takes a fraction of SECONDS."""

KEPT_EVERY = 10_000
"""The sums are kept after so many steps more."""

_NOTE = "totals"
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)

log = structlog.get_logger("bot.store.totals")


class Totals:
    """The sums, begun from those that were kept. All only ever grow, as a counter must.

    A job that is opened again and ends again counts twice, and what is deleted from the tables later stays counted.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = now) -> None:
        self._engine = engine
        self._clock = clock
        self._lock = threading.Lock()
        self._begun = False
        self._last_step = self._kept_step = 0
        self._steps: dict[str, tuple[int, float]] = {}
        self._last_end = _FIRST
        self._endings: Counter[str] = Counter()

    def steps(self) -> dict[str, tuple[int, float]] | None:
        """How often the step of each stage ran, and the seconds that it took in all; None while much is unsummed."""
        with self._lock:
            self._begin()
            with self._engine.connect() as connection:
                newest = connection.scalar(select(func.max(Step.id))) or 0
            self._last_step = min(self._last_step, newest)  # SQLite gives numbers again when the newest rows are gone
            settled, stop = newest - _LATE_STEPS, time.monotonic() + SECONDS
            while settled > self._last_step:
                last = min(settled, self._last_step + PART_OF_STEPS)
                self._steps = _sum(self._steps, step_totals(self._engine, above=self._last_step, up_to=last))
                self._last_step = last
                if last < settled and time.monotonic() > stop:
                    break
            if self._last_step - self._kept_step >= KEPT_EVERY:
                self._keep()
            if settled > self._last_step:
                return None
            return _sum(self._steps, step_totals(self._engine, above=self._last_step))

    def endings(self) -> Counter[str] | None:
        """How many jobs were finished with each outcome; None while much is unsummed."""
        with self._lock:
            self._begin()
            settled, stop = self._clock() - _LATE, time.monotonic() + SECONDS
            self._last_end = min(self._last_end, self._clock())  # the clock was ahead when the sums were kept
            while settled > self._last_end:
                last = min(settled, self._end_of_part())
                self._endings += self._ended(self._last_end, last)
                self._last_end = last
                if last < settled and time.monotonic() > stop:
                    return None
            return self._endings + self._ended(self._last_end, None)

    def _end_of_part(self) -> datetime:
        """When the last job of the next part was finished."""
        after = select(Job.finished_at).where(Job.finished_at > self._last_end).order_by(Job.finished_at)
        with self._engine.connect() as connection:
            return connection.scalar(after.offset(PART_OF_JOBS - 1).limit(1)) or self._clock()

    def _ended(self, after: datetime, up_to: datetime | None) -> Counter[str]:
        outcome = func.coalesce(Job.outcome, "")  # an expression: SQLite would walk the outcomes' index for their order
        query = select(outcome, func.count()).where(Job.finished_at > after).group_by(outcome)
        if up_to is not None:
            query = query.where(Job.finished_at <= up_to)
        with self._engine.connect() as connection:
            return Counter({name: count for name, count in connection.execute(query)})  # noqa: C416 - mypy does not accept a SQLAlchemy Row as a tuple

    def _begin(self) -> None:
        if self._begun:
            return
        if kept := notes.read(self._engine, _NOTE):
            self._last_step = self._kept_step = kept["last_step"]
            self._steps = {stage: (count, seconds) for stage, (count, seconds) in kept["steps"].items()}
            self._last_end = datetime.fromisoformat(kept["last_end"])
            self._endings = Counter(kept["endings"])
        self._begun = True

    def _keep(self) -> None:
        value = {
            "last_step": self._last_step,
            "steps": self._steps,
            "last_end": self._last_end.isoformat(),
            "endings": self._endings,
        }
        self._kept_step = self._last_step
        try:
            notes.write(self._engine, _NOTE, value)
        except SQLAlchemyError as error:  # they are kept after as many steps again
            trouble.tell(log, "totals_not_kept", error)


def _sum(one: dict[str, tuple[int, float]], other: dict[str, tuple[int, float]]) -> dict[str, tuple[int, float]]:
    found = dict(one)
    for stage, (count, seconds) in other.items():
        before = found.get(stage, (0, 0.0))
        found[stage] = (before[0] + count, before[1] + seconds)
    return found
