"""For programs that colour again and again: freed memory stays with the process, idle helpers of threads end."""

import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of glibc's malloc.h
MEBIBYTE = 1 << 20


def keep(most: int = 128 * MEBIBYTE, pieces: int = 32 * MEBIBYTE) -> bool:
    """Let the C library keep freed memory instead of giving it back; False where there is no glibc.

    A network's maps of some megabytes are freed and asked for again all the time, and each time the system hands over
    empty pages: for a palette in the studio that is a third of what the network takes, for a photo of 12 megapixels a
    tenth of the whole way.

    most: Bytes that are kept at the end of a heap.
    pieces: Bytes of the largest pieces of which any are kept; glibc takes 32 MiB at most.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return bool(mallopt(_MMAP_THRESHOLD, pieces)) and bool(mallopt(_TRIM_THRESHOLD, most))


def end_helpers() -> bool:
    """Let the helper threads end that OpenMP keeps for the calling thread; False where there are none to end.

    A thread that computes has one for each further core, and keeps them. With more of them than cores they do not wait
    for the next step at hand but sleep, also those of other threads: what the studio computes took half as long again
    because the thread that had loaded the model had helpers too. The thread that computes again gets new ones.
    """
    try:
        pause = ctypes.CDLL(None).omp_pause_resource_all
    except (AttributeError, OSError, TypeError):
        return False
    soft = 1  # omp_pause_soft
    return bool(pause(soft) == 0)
