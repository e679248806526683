"""Logging a failure instead of letting it stop everything else."""

import time
from types import TracebackType
from typing import Any, Self

from bot.domain.aftercare import WARN_AFTER_FAILURES
from bot.domain.refusals import Refused, RetryLater
from bot.store.database import DatabaseFailed
from bot.store.trouble import tell


class guarded:  # noqa: N801 - used as a statement: `with guarded(log, "poll_failed", what="inbox") as attempt:`
    """A block whose failure is logged as `event` and goes no further; afterwards `failed` tells of it."""

    def __init__(self, log: Any, event: str, **fields: object) -> None:
        self._log = log
        self._event = event
        self._fields = fields
        self.failed = False

    def __enter__(self) -> Self:
        self._started = time.monotonic()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> bool:
        if not isinstance(error, Exception):
            return False
        self.failed = True
        seconds = round(time.monotonic() - self._started, 2)
        if isinstance(error, Refused | RetryLater):
            self._log.warning(self._event, **self._fields, reason=str(error), seconds=seconds)
        elif isinstance(error, DatabaseFailed):
            tell(self._log, self._event, error, **self._fields, seconds=seconds)
        else:
            self._log.exception(self._event, **self._fields, seconds=seconds)
        return True


def log_deletion_failure(log: Any, event: str, failures: int, reason: Exception, **fields: object) -> None:
    """Something that should be gone is still there: a warning at first, an error once it has failed often."""
    tell = log.error if failures >= WARN_AFTER_FAILURES else log.warning
    tell(event, **fields, attempts=failures, reason=str(reason))


def shortest_wait(trouble: Exception) -> float | None:
    """How many seconds the other side asks to wait; None where it does not say."""
    return trouble.seconds if isinstance(trouble, RetryLater) else None
