"""Tasks that run from time to time, and the registry in which each has a name of its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class PeriodicTask:
    """Something to do every so often. run: may be called again at any time, also after a death in the middle of it."""

    name: str
    every: timedelta
    run: Callable[[], object]


class TaskRegistry:
    """The tasks of a process, in the order in which they were added."""

    def __init__(self) -> None:
        self._tasks: dict[str, PeriodicTask] = {}

    def add(self, name: str, every: timedelta, run: Callable[[], object]) -> None:
        """Raises ValueError for a name that is taken: two tasks of one name could not be told apart in the log."""
        if name in self._tasks:
            raise ValueError(f"there is a periodic task {name!r} already")
        self._tasks[name] = PeriodicTask(name, every, run)

    def __iter__(self) -> Iterator[PeriodicTask]:
        return iter(self._tasks.values())

    def __contains__(self, name: str) -> bool:
        return name in self._tasks
