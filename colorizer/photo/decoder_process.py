"""The process behind `IsolatedDecoder`: decodes one picture after the other until its connection is closed.

Timers end it in the middle of a codec's work: SIGPROF by processor time, SIGALRM by elapsed time. Both are left to the
kernel, so that they work whatever the codec does, and also when the process that asked is gone.
"""

import json
import mmap
import os
import resource
import signal
import socket
import sys
import traceback
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from colorizer.photo import tiff  # noqa: F401 - now, because what a picture may cost is limited later
from colorizer.photo.errors import PhotoError, TooCostly
from colorizer.photo.isolated import Limits
from colorizer.photo.reading import read
from colorizer.pixels import Pixels


def main() -> None:
    """Serve the connection whose descriptor is the first argument."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    connection = socket.socket(fileno=int(sys.argv[1]))
    connection.sendall(b"ready\n")
    while True:
        start, descriptors, _, _ = socket.recv_fds(connection, 65_536, 1)
        if not start:
            return
        header, _, begun = start.partition(b"\n")
        request = json.loads(header)
        data = bytearray(request["bytes"])
        data[: len(begun)] = begun
        view = memoryview(data)[len(begun) :]
        while view:
            count = connection.recv_into(view)
            if not count:
                return
            view = view[count:]
        answer = _answer(bytes(data), Limits(**request["limits"]), descriptors[0])
        os.close(descriptors[0])
        connection.sendall(json.dumps(answer).encode() + b"\n")


def _answer(data: bytes, limits: Limits, shared: int) -> dict[str, Any]:
    """The pixels into the shared file, and what they are; or why there are none."""
    _bound_memory(limits.memory)
    _arm(limits, 0, 0)
    try:
        photo = read(
            data,
            max_pixels=limits.pixels,
            max_side=limits.side,
            announced=partial(_arm, limits),
            allocate=partial(_shared_array, shared),
        )
    except MemoryError:
        message = f"Decoding needs more than {limits.memory / 2**20:,.0f} MiB of memory."
        return {"error": TooCostly.__name__, "message": message, "restart": True}
    except PhotoError as error:
        return {"error": type(error).__name__, "message": str(error), "restart": False}
    except Exception:  # noqa: BLE001 - told to the other side, which raises it
        return {"error": "", "message": traceback.format_exc(), "restart": True}
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
    height, width = photo.pixels.shape[:2]
    return {"height": height, "width": width, "format": photo.format}


def _arm(limits: Limits, width: int, height: int) -> None:
    seconds = limits.allowed(width, height)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, seconds * limits.patience)


def _bound_memory(more: int) -> None:
    """Let the address space grow by so many bytes from where it is."""
    statm = Path("/proc/self/statm")
    used = int(statm.read_text().split()[0]) * resource.getpagesize() if statm.exists() else 0
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (used + more, hard))


def _shared_array(shared: int, shape: tuple[int, int, int]) -> Pixels:
    """An array in the file that the other side has open too."""
    size = shape[0] * shape[1] * shape[2]
    os.ftruncate(shared, size)
    return np.frombuffer(mmap.mmap(shared, size), dtype=np.uint8).reshape(shape)


if __name__ == "__main__":
    main()
