"""One process for each name in a data folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.settings import SettingsError


class AlreadyRunning(SettingsError):
    """Another process does the same in the same data folder."""


@contextmanager
def only_process(path: Path, todo: str = "stop it first") -> Iterator[None]:
    """Hold a lock that the kernel gives back when the process dies, however it dies.

    todo: what the operator can do when another process has it. Raises AlreadyRunning.
    """
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            number = file.read(20).strip()
            which = f"process {number}" if number else "another process"
            raise AlreadyRunning(f"a bot runs already: {which} holds {path}; {todo}") from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
