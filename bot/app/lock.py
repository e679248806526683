"""One process for each name in a data folder."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.settings import SettingsError


class AlreadyRunning(SettingsError):
    """Another process works under the same name in the same data folder."""


@contextmanager
def only_process(path: Path) -> Iterator[None]:
    """Hold a lock that the kernel gives back when the process dies, however it dies. Raises AlreadyRunning."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(f"another process holds {path}; give this one its own work.name") from None
        yield
