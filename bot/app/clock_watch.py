"""What to do when the clock of the machine is set back: times that were written down lie in the future then."""

import time
from datetime import datetime, timedelta

import structlog

from bot.store.clock import now
from bot.store.database import Engine
from bot.store.set_back import set_back

NOTICED = timedelta(seconds=10)
"""By how much the clock has to be set back; less than that is corrected all the time."""

log = structlog.get_logger("bot.app.clock")


class ClockWatch:
    """Notices that the clock was set back, and lets jobs wait no longer for it. A PostgreSQL server has its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._started = self._now()

    def look(self) -> None:
        """To be called from time to time."""
        if self._engine.dialect.name == "postgresql":
            return
        started = self._now()
        by, self._started = self._started - started, started
        if by >= NOTICED:
            log.warning("clock_set_back", seconds=round(by.total_seconds()), jobs=set_back(self._engine, by))

    @staticmethod
    def _now() -> datetime:
        """When the monotonic clock began, by the wall clock: it changes when the wall clock is set."""
        return now() - timedelta(seconds=time.monotonic())
