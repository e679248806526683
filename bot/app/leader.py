"""Which of several processes polls the account and does the periodic work."""

import threading

import structlog

from bot.domain.health import POLLER
from bot.store.database import Engine
from bot.store.heartbeats import Heart
from bot.store.holding import Held

log = structlog.get_logger("bot.app.leader")


class Leader:
    """Lets one process of a database lead; the others stand by, and one of them takes over when it dies."""

    def __init__(self, engine: Engine, heart: Heart, every: float) -> None:
        self._held = Held(engine, "polling")
        self._heart = heart
        self._every = every
        self._leads: bool | None = None
        self._lock = threading.Lock()

    def leads(self) -> bool:
        """Whether this process leads now; asked before each poll and each periodic task."""
        with self._lock:  # two threads that ask at once would both begin
            leads = self._held.try_hold()
            if leads and not self._leads:
                self._heart.start(POLLER, self._every)
            if leads != self._leads:
                log.info("leading" if leads else "standing_by")
            self._leads = leads
            return leads

    def step_down(self) -> None:
        """Let another process lead."""
        self._held.let_go()
