"""Failures of this machine, which say nothing of the job: no room on its disk, no memory."""

import errno

from bot.domain.outcomes import Outcome
from bot.domain.refusals import RetryLater

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})

_NO_MEMORY = ("can't allocate memory", "not enough memory", "out of memory", "std::bad_alloc")
"""What PyTorch, ONNX Runtime and the system say; PyTorch has no type of its own for it on the CPU."""


def shortage(error: Exception) -> RetryLater | None:
    """The failure as one that passes when somebody makes room, or None where it is of another kind.

    The job waits as long as for Reddit, so that a full disk loses nothing.
    """
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        where = f" at {error.filename}" if error.filename else ""
        return RetryLater(f"the disk is full{where}: {error.strerror}; make room", then=Outcome.FAILED)
    said = str(error)
    if isinstance(error, MemoryError) or any(words in said.lower() for words in _NO_MEMORY):
        return RetryLater(f"this machine is short of memory: {said or 'MemoryError'}", then=Outcome.FAILED)
    return None
