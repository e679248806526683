"""Freed memory that stays with the process, for programs that answer while somebody waits."""

import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of glibc's malloc.h
MEBIBYTE = 1 << 20


def keep(most: int = 128 * MEBIBYTE, pieces: int = 32 * MEBIBYTE) -> bool:
    """Let the C library keep freed memory instead of giving it back; False where there is no glibc.

    A network's maps of some megabytes are freed and asked for again all the time, and each time the system hands over
    empty pages: for a palette in the studio that is a third of what the network takes.

    most: Bytes that are kept at the end of a heap.
    pieces: Bytes of the largest pieces of which any are kept; glibc takes 32 MiB at most.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return bool(mallopt(_MMAP_THRESHOLD, pieces)) and bool(mallopt(_TRIM_THRESHOLD, most))
