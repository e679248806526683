"""Decoding what strangers send: in a process of its own, whose time and memory are limited.

The process lives as long as the decoder and is started anew when a picture brought it down. It inherits no secret: its
environment is empty but for the path of its modules. Its pixels come back in shared memory.
"""

import json
import mmap
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from colorizer.photo import errors
from colorizer.photo.kinds import kind_of
from colorizer.photo.reading import MAX_SIDE, Photo

START_SECONDS = 120.0
"""How long the process may take to start on a busy machine."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one picture may cost.

    pixels: width x height. side: pixels of the longer side. seconds: of processor time, whatever the size;
    seconds_per_megapixel: added for the size that the header announces; most_seconds: the sum's cap. patience: elapsed
    time is limited to so many times that, for a machine that is busy with other things. memory: bytes beside what the
    process needs when idle.
    """

    pixels: int = 50_000_000
    side: int = MAX_SIDE
    seconds: float = 3.0
    seconds_per_megapixel: float = 0.4
    most_seconds: float = 15.0
    patience: float = 3.0
    memory: int = 2**30

    def allowed(self, width: int, height: int) -> float:
        """Seconds of processor time for a picture of that size."""
        return min(self.seconds + self.seconds_per_megapixel * width * height / 1e6, self.most_seconds)


class IsolatedDecoder:
    """`decode` for pictures that nobody vouches for. Safe to share between threads, which wait for each other."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None

    def __enter__(self) -> "IsolatedDecoder":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """Id of the process; None while there is none."""
        return self._process.pid if self._process is not None else None

    def close(self) -> None:
        """End the process; the next picture starts another."""
        with self._lock:
            self._end()

    def decode(self, data: bytes) -> Photo:
        """As `colorizer.photo.decode` within the limits.

        Raises what that raises, `TooCostly` where time or memory did not suffice, `CodecCrashed` where a codec brought
        the process down, RuntimeError where the process cannot be started.
        """
        kind = kind_of(data)  # what is no picture at all is refused here
        with self._lock:
            for attempt in (1, 2):
                try:
                    return self._ask(data)
                except TimeoutError as error:
                    self._end()
                    raise self._verdict(-signal.SIGALRM, kind) from error
                except (OSError, EOFError) as error:
                    died = self._end()  # of what it has died already
                    # The kernel may have chosen this process for what another one used: that is worth a second try.
                    if died == -signal.SIGKILL and attempt == 1:
                        continue
                    raise self._verdict(died, kind) from error
        raise AssertionError

    def _ask(self, data: bytes) -> Photo:
        connection = self._running()
        shared = _shared_file()
        try:
            header = json.dumps({"bytes": len(data), "limits": asdict(self.limits)}).encode() + b"\n"
            socket.send_fds(connection, [header], [shared])
            connection.sendall(data)
            answer = json.loads(_line(connection))
            if "error" in answer:
                if answer["restart"]:
                    self._end()
                if kind := getattr(errors, answer["error"], None):
                    raise kind(answer["message"])
                raise errors.DecoderFailed(f"the decoding process failed: {answer['message']}")
            return _photo(answer, shared)
        finally:
            os.close(shared)

    def _running(self) -> socket.socket:
        if self._process is not None and self._process.poll() is not None:
            self._end()
        if self._socket is not None:
            return self._socket
        here, there = socket.socketpair()
        paths = [str(Path(__file__).parents[2]), *filter(None, sys.path)]
        command = [sys.executable, "-P", "-m", "colorizer.photo.decoder_process", str(there.fileno())]
        with there:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                command,
                pass_fds=[there.fileno()],
                env={"PYTHONPATH": os.pathsep.join(paths), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the bot, which finishes its step first
            )
        here.settimeout(START_SECONDS)
        self._socket = here
        try:
            ready = _line(here)
        except (OSError, EOFError):
            ready = b""
        if ready != b"ready\n":
            status = self._end()
            raise errors.DecoderFailed(f"the decoding process could not be started (exit status {status}): {command}")
        here.settimeout(self.limits.most_seconds * self.limits.patience + 10)
        return here

    def _end(self) -> int | None:
        """Kill the process if it still lives. Its exit status, negative for the signal that it died of."""
        process, self._process = self._process, None
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        if process is None:
            return None
        process.kill()
        return process.wait()

    def _verdict(self, status: int | None, kind: str) -> errors.PhotoError:
        """What the death of the process says of the picture."""
        died = -(status or 0)
        if died in (signal.SIGPROF, signal.SIGALRM):
            return errors.TooCostly(f"The {kind} takes longer to decode than its size allows.")
        if died == signal.SIGKILL:
            return errors.TooCostly(f"The {kind} was given up: its decoding was killed, probably for its memory.")
        name = signal.Signals(died).name if died > 0 else f"exit status {status}"
        return errors.CodecCrashed(f"The {kind} makes its codec crash ({name}).")


def _shared_file() -> int:
    """A file without a name that lies in memory where the system has such files."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("pixels", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _photo(answer: dict[str, Any], shared: int) -> Photo:
    """The pixels as they lie in shared memory, which is given back with the last array on it."""
    height, width = int(answer["height"]), int(answer["width"])
    if hasattr(os, "memfd_create"):
        import fcntl

        fcntl.fcntl(shared, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK)  # else reading could end in SIGBUS
    if os.fstat(shared).st_size != height * width * 3:
        raise errors.DecoderFailed("the decoding process gave pixels of another size than it said")
    memory = mmap.mmap(shared, height * width * 3)
    pixels = np.frombuffer(memory, dtype=np.uint8).reshape(height, width, 3)
    return Photo(pixels, str(answer["format"]))


def _line(connection: socket.socket) -> bytes:
    """One line, which is all that the other side sends at a time."""
    line = b""
    while not line.endswith(b"\n"):
        part = connection.recv(65_536)
        if not part:
            raise EOFError
        line += part
    return line
