"""Totals since the first job, for metrics: summed once, then only what is new."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine, func, select

from bot.store.jobs import now
from bot.store.reply_log import step_totals
from bot.store.tables import Job, Step

_LATE_STEPS = 1000
_LATE = timedelta(minutes=20)
"""Near the end, rows may still appear between others: a transaction that began earlier ends later. So the last steps
and minutes are summed anew each time, and only what lies before them is remembered."""


class Totals:
    """The sums of one process. The first call after a start reads everything, the others what came since.

    Both only ever grow, as a counter must: a job that is opened again and ends again counts twice, and what is deleted
    from the tables later stays counted until the next start.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = now) -> None:
        self._engine = engine
        self._clock = clock
        self._lock = threading.Lock()
        self._last_step = 0
        self._steps: dict[str, tuple[int, float]] = {}
        self._last_end = datetime.fromisoformat("1970-01-01T00:00Z")
        self._endings: Counter[str] = Counter()

    def steps(self) -> dict[str, tuple[int, float]]:
        """How often the step of each stage ran, and the seconds that it took in all."""
        with self._lock:
            with self._engine.connect() as connection:
                newest = connection.scalar(select(func.max(Step.id))) or 0
            if newest - _LATE_STEPS > self._last_step:
                settled = newest - _LATE_STEPS
                self._steps = _sum(self._steps, step_totals(self._engine, above=self._last_step, up_to=settled))
                self._last_step = settled
            return _sum(self._steps, step_totals(self._engine, above=self._last_step))

    def endings(self) -> Counter[str]:
        """How many jobs were finished with each outcome."""
        with self._lock:
            settled = self._clock() - _LATE
            if settled > self._last_end:
                self._endings += self._ended(self._last_end, settled)
                self._last_end = settled
            return self._endings + self._ended(self._last_end, None)

    def _ended(self, after: datetime, up_to: datetime | None) -> Counter[str]:
        outcome = func.coalesce(Job.outcome, "")  # an expression: SQLite would walk the outcomes' index for their order
        query = select(outcome, func.count()).where(Job.finished_at > after).group_by(outcome)
        if up_to is not None:
            query = query.where(Job.finished_at <= up_to)
        with self._engine.connect() as connection:
            return Counter({name: count for name, count in connection.execute(query)})  # noqa: C416 - mypy does not accept a SQLAlchemy Row as a tuple


def _sum(one: dict[str, tuple[int, float]], other: dict[str, tuple[int, float]]) -> dict[str, tuple[int, float]]:
    found = dict(one)
    for stage, (count, seconds) in other.items():
        before = found.get(stage, (0, 0.0))
        found[stage] = (before[0] + count, before[1] + seconds)
    return found
