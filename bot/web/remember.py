"""Answers that several viewers share for some seconds."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Remembered(Generic[Key, Value]):
    """Keeps what `find` gave for a key for so many seconds, the newest `most` keys; one caller at a time asks anew."""

    def __init__(
        self,
        find: Callable[[Key], Value],
        *,
        seconds: float,
        most: int = 1000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._find = find
        self._seconds = seconds
        self._most = most
        self._clock = clock
        self._found: dict[Key, tuple[float, Value]] = {}
        self._lock = threading.Lock()

    def __call__(self, key: Key) -> Value:
        """The answer, at most so many seconds old."""
        with self._lock:
            found = self._found.get(key)
            if found is None or self._clock() - found[0] >= self._seconds:
                self._found.pop(key, None)
                if len(self._found) >= self._most:
                    del self._found[next(iter(self._found))]
                found = self._found[key] = (self._clock(), self._find(key))
            return found[1]

    def forget(self) -> None:
        """Ask anew, whoever comes next."""
        with self._lock:
            self._found.clear()
