"""How tests wait: for what has to happen, however slow the machine is, and never for a certain time."""

import subprocess
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.processes import Forked

PATIENCE = 300.0
"""Seconds until a test gives up waiting. Nothing takes that long unless it is broken."""


def wait_until(happened: Callable[[], object], process: "subprocess.Popen[str] | Forked | None" = None) -> None:
    """Return as soon as `happened` gives something true; fail if `process` ends first, or after PATIENCE."""
    end = time.monotonic() + PATIENCE
    while not happened():
        if process is not None and process.poll() is not None:
            raise AssertionError(f"the process has ended with {process.returncode}: {process.communicate()}")
        assert time.monotonic() < end, f"it did not happen within {PATIENCE:.0f} s"
        threading.Event().wait(0.02)  # not time.sleep, which moves the clock of a scripted day
