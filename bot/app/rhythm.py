"""What a process does every so often, in a thread of its own, by a clock that nobody can set."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.periodic.guard import guarded

log = structlog.get_logger("bot.app.rhythm")


@dataclass
class _Task:
    name: str
    every: float
    run: Callable[[], object]
    due: float


class Rhythm:
    """Runs its tasks one at a time, each at once and then every so many seconds; late is better than not at all.

    Schedulers that reckon with the time of day stand still for an hour when that is set back by one.
    """

    def __init__(self, name: str) -> None:
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._tasks: list[_Task] = []
        self._stopping = threading.Event()

    def add(self, name: str, every: float, run: Callable[[], object]) -> None:
        """Before it starts. name: for the log. every: in seconds, from one beginning to the next."""
        self._tasks.append(_Task(name, every, run, time.monotonic()))

    def start(self) -> None:
        """Begin with every task, in the order in which they were added."""
        self._thread.start()

    def stop(self) -> None:
        """Return when the present task has ended."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while self._tasks:
            task = min(self._tasks, key=lambda one: one.due)
            if self._stopping.wait(max(0.0, task.due - time.monotonic())):
                return
            with guarded(log, "task_failed", what=task.name):
                task.run()
            task.due = max(task.due + task.every, time.monotonic())
