"""Processes that have the bot imported already: importing it takes longer than most of what tests have it do."""

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.patience import PATIENCE

FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload(["tests.faults.ready"])


class Forked:
    """A function at work in a process of its own, to be waited for and killed like `subprocess.Popen`.

    output: the file into which it writes what it prints.
    """

    def __init__(self, work: Callable[..., None], *arguments: Any, output: Path) -> None:
        self._output = output
        self._process = FORKING.Process(target=_begin, args=(output, work, arguments))
        self._process.start()

    @property
    def returncode(self) -> int | None:
        """Its exit status, or less than 0 for the signal that ended it; None while it works."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """The same."""
        return self.returncode

    def kill(self) -> None:
        """As when the machine loses power."""
        self._process.kill()

    def communicate(self) -> tuple[str, str]:
        """Wait until it has ended; what it has printed."""
        self._process.join(PATIENCE)
        if self.returncode is None:
            self._process.kill()
            raise AssertionError(f"it did not end within {PATIENCE:.0f} s: {self._output.read_text()}")
        return self._output.read_text(), ""


def _begin(output: Path, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    with output.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    work(*arguments)
