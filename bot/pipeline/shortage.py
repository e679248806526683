"""Failures that say nothing of the job: no room on the disk, no memory, weights that are gone, a damaged database."""

from collections.abc import Callable
from typing import TypeVar

import structlog

from bot.domain.outcomes import Outcome
from bot.domain.refusals import RetryLater
from bot.store.database import DatabaseFailed, remedy_for
from bot.store.files import NO_ROOM
from bot.store.trouble import is_outage
from colorizer.catalogue import WeightsError, WeightsNotFound
from colorizer.errors import out_of_memory
from colorizer.memory import with_less
from colorizer.model import Colorizer

Result = TypeVar("Result")

log = structlog.get_logger("bot.pipeline")


def shortage(error: Exception) -> RetryLater | None:
    """The failure as one that passes when somebody mends the machine, or None where it is of another kind.

    The job waits as long as for Reddit, so that neither a full disk nor a damaged table or file of weights loses
    anything.
    """
    if isinstance(error, WeightsError | WeightsNotFound):
        return RetryLater(f"the weights of a model cannot be used: {error}", then=Outcome.FAILED)
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        where = f" at {error.filename}" if error.filename else ""
        return RetryLater(f"the disk is full{where}: {error.strerror}; make room", then=Outcome.FAILED)
    if isinstance(error, DatabaseFailed) and is_outage(error):
        return RetryLater(remedy_for(error), then=Outcome.FAILED)
    if out_of_memory(error):
        return RetryLater(f"this machine is short of memory: {str(error) or 'MemoryError'}", then=Outcome.FAILED)
    return None


def within_memory(colorizer: Colorizer, work: Callable[[Colorizer], Result], job: int) -> Result:
    """What `work` makes with a model, or with less memory where there is too little, which the log says.

    Raises the first error where nothing helps; the job is tried again later then.
    """
    try:
        return work(colorizer)
    except Exception as error:
        if not out_of_memory(error):
            raise
        first = error.with_traceback(None)  # else it would hold what the memory is needed for
    for how, frugal in with_less(colorizer):
        try:
            result = work(frugal)
        except Exception as error:
            if not out_of_memory(error):
                raise
            log.warning("not_enough_memory", job=job, tried=how)
        else:
            log.warning("coloured_with_less_memory", job=job, how=how, reason=str(first) or "MemoryError")
            return result
    raise first
