"""One at a time through what needs the whole machine."""

import heapq
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """Lets one thread of a process pass at a time: urgent ones first, then in the order in which they came."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._tickets: list[tuple[bool, int]] = []
        self._numbers = itertools.count()
        self._taken = False

    @contextmanager
    def passing(self, *, urgent: bool) -> Iterator[None]:
        """Wait for one's turn, and keep others out for the time of the block."""
        with self._changed:
            ticket = (not urgent, next(self._numbers))
            heapq.heappush(self._tickets, ticket)
            self._changed.wait_for(lambda: not self._taken and self._tickets[0] == ticket)
            heapq.heappop(self._tickets)
            self._taken = True
        try:
            yield
        finally:
            with self._changed:
                self._taken = False
                self._changed.notify_all()
