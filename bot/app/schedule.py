"""What a process does every so often."""

from collections.abc import Callable

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from bot.store.clock import now


class Schedule(BackgroundScheduler):  # type: ignore[misc]
    """Tasks that begin at once, and then every so many seconds; late is better than not at all.

    threads: names. Each runs its tasks one at a time.

    A clock that is set back stops nothing: APScheduler waits for the time of day, so a task would stand still for an
    hour when that is set back by one.
    """

    def __init__(self, *threads: str) -> None:
        super().__init__(timezone="UTC", executors={name: ThreadPoolExecutor(1) for name in threads})

    def every(self, seconds: float, run: Callable[[], object], *, thread: str) -> None:
        """Add a task."""
        self.add_job(
            run,
            "interval",
            seconds=seconds,
            executor=thread,
            next_run_time=now(),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )

    def _process_jobs(self) -> float | None:
        """As APScheduler's own, which its thread calls when a task is due by a clock that nobody sets."""
        present = now()
        for job in self.get_jobs():
            if job.next_run_time - present > job.trigger.interval:  # no task is due later, but for a clock set back
                job.modify(next_run_time=present)
        wait: float | None = super()._process_jobs()
        return wait
