"""One process for each name: in a data folder by a lock on a file, in a PostgreSQL database by the server."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.settings import SettingsError
from bot.store.database import Engine
from bot.store.holding import Held


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


@contextmanager
def only_holder(engine: Engine, name: str) -> Iterator[None]:
    """Hold a work.name in the database, so that no other host takes it. Raises AlreadyRunning."""
    held = Held(engine, f"worker {name}")
    if not held.try_hold():
        raise AlreadyRunning(f"another process works under work.name {name!r} in this database: give this one another")
    try:
        yield
    finally:
        held.let_go()
