"""Waking everybody who waits for work."""

import threading


class Bell:
    """Rings for all workers at once; none misses a ring between looking for work and waiting."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.rung = 0

    def ring(self) -> None:
        """There may be work."""
        with self._changed:
            self.rung += 1
            self._changed.notify_all()

    def wait(self, heard: int, seconds: float | None) -> None:
        """Return when it has rung since `rung` was `heard`, or after so many seconds; None: not before it rings."""
        with self._changed:
            self._changed.wait_for(lambda: self.rung != heard, seconds)
