"""Processes that have the bot imported already: importing it takes longer than most of what tests have it do.

None of them, and no server, outlives the program that started it, however that ends.
"""

import ctypes
import multiprocessing
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.patience import PATIENCE

FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload(["tests.faults.ready"])

_PR_SET_PDEATHSIG = 1
"""Linux, prctl(2)."""


def end_with_parent() -> None:
    """Be killed when the parent dies; for what is forked from the server of FORKING, which ends with its program."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class Guard:
    """Runs a line of shell when this program has ended, unless it was dismissed before.

    So a server that has detached itself, or has a session of its own, ends also where this program was killed.
    """

    def __init__(self, line: str, environment: dict[str, str] | None = None) -> None:
        # Standard input is a pipe whose other end nobody else has: reading it ends when this program does.
        self._shell = subprocess.Popen(
            ["sh", "-c", f"read -r _; {line}"],
            env=environment,
            start_new_session=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def dismiss(self) -> None:
        """Run nothing: the server is gone."""
        self._shell.kill()
        self._shell.communicate()


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
    end_with_parent()
    with output.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    work(*arguments)
