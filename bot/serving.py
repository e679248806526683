"""Running an ASGI application in a thread, and stopping when told to. Imports nothing of the bot but `connections`."""

import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any

import uvicorn

from bot.connections import limited

_QUEUE = 1024
"""Connections that the kernel keeps until the server takes them."""

_AT_ONCE = 64
"""Connections that asyncio takes before any of them is looked at and room is made for it.

With uvicorn's own number a flood takes all the files that a process may have open, time and again.
"""


class _Listener(socket.socket):
    """asyncio has the kernel keep as many as it takes at once; this one keeps its own number."""

    def listen(self, _backlog: int = _QUEUE) -> None:
        super().listen(_QUEUE)


class BackgroundServer:
    """A uvicorn server in a thread, as a context manager; port 0 takes a free one.

    make_app is called with the server's address once it is known. trusted: addresses and networks of reverse proxies,
    which may hold many connections. An application with endless streams has an Event as `state.stopping`, which is set
    when they have to end. Raises OSError when the port is taken.
    """

    def __init__(
        self,
        make_app: Callable[[str], Any],
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        trusted: Sequence[str] = (),
        **options: Any,
    ) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # The protocol must be named: asyncio sends small answers at once (TCP_NODELAY) only then, 40 ms earlier.
        self._listener = _Listener(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._listener.bind((host, port))
            self._listener.listen()
        except OSError:
            self._listener.close()
            raise
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self._listener.getsockname()[1]}"
        quiet = {
            "log_level": "warning",
            "access_log": False,
            "http": limited(trusted),
            "backlog": _AT_ONCE,
            "lifespan": "off",
            "proxy_headers": False,
            "log_config": None,  # its lines go to the root logger, where secrets are hidden
        }
        app = make_app(self.url)
        self._stopping: threading.Event | None = getattr(getattr(app, "state", None), "stopping", None)
        config = uvicorn.Config(app, timeout_graceful_shutdown=1, **{**quiet, **options})
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._listener]}, name=f"server {self.url}", daemon=True
        )

    def __enter__(self) -> "BackgroundServer":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stopping is not None:
            self._stopping.set()
        self._server.should_exit = True
        self._thread.join(timeout=5)
        self._listener.close()


@contextmanager
def stop_on_signal(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop`, in a thread of its own, on SIGTERM or SIGINT while the block runs.

    Python runs handlers in the main thread alone, and that does not wake from waiting for others where the system gave
    the signal to another thread. Its wakeup file is written to in any case.
    """
    heard, told = socket.socketpair()
    told.setblocking(False)

    def listen() -> None:
        while number := heard.recv(1):
            if number[0] in _STOPPING:
                stop()

    listening = threading.Thread(target=listen, name="signals", daemon=True)
    listening.start()
    previous = {number: signal.signal(number, _nothing) for number in _STOPPING}
    before = signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        for number, old in previous.items():
            signal.signal(number, old)
        told.close()
        listening.join()
        heard.close()


_STOPPING = (signal.SIGTERM, signal.SIGINT)


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """Handle a signal by what its number in the wakeup file sets off."""


def wait_for_signal() -> None:
    """Wait for SIGTERM or SIGINT."""
    told = threading.Event()
    with stop_on_signal(told.set):
        told.wait()
