"""Keeping the claims of the jobs that this process works on."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from bot.domain.health import MAX_STEP
from bot.domain.stages import Stage
from bot.store import jobs
from bot.store.database import DatabaseFailed, Engine
from bot.store.tables import Job
from bot.store.trouble import tell

RENEWED_EVERY = 20.0
"""Seconds between two renewals; a claim outlasts four of them."""

log = structlog.get_logger("bot.app.claims")


class Claims:
    """Renews claims in a thread of its own, so that a step may take longer than a claim lasts.

    A process that dies renews nothing, and its jobs are taken up by others within `jobs.LEASE`. So are those of a step
    that takes longer than MAX_STEP: it hangs.
    """

    def __init__(self, engine: Engine, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._clock = clock
        self._lock = threading.Lock()
        self._held: dict[tuple[int, int], tuple[Job, Stage, float]] = {}  # by job and number of the claim
        self._stopping = threading.Event()

    @contextmanager
    def renewed(self) -> Iterator[None]:
        """Renew what is held for the time of the block."""
        thread = threading.Thread(target=self._renew_until_stopped, name="claims", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            thread.join()

    @contextmanager
    def kept(self, job: Job) -> Iterator[None]:
        """Keep the claim of a job for the time of the block, or until one of its steps hangs.

        When a step that hung ends after all, another thread may have the job by a later claim.
        """
        claim = job.id, job.claims
        with self._lock:
            self._held[claim] = (job, job.stage, self._clock())
        try:
            yield
        finally:
            with self._lock:
                del self._held[claim]

    def renew(self) -> None:
        """Renew the claims of all jobs whose present step does not hang."""
        with self._lock:
            for claim, (job, stage, _) in self._held.items():
                if job.stage != stage:
                    self._held[claim] = (job, job.stage, self._clock())
            going_on = [job for job, _, since in self._held.values() if self._clock() - since < MAX_STEP]
        if going_on:
            jobs.renew_all(self._engine, going_on)

    def _renew_until_stopped(self) -> None:
        while not self._stopping.wait(RENEWED_EVERY):
            try:
                self.renew()
            except DatabaseFailed as error:
                tell(log, "claims_not_renewed", error)
