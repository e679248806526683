"""How the bot asks other servers: with what its settings say and nothing else, and not for ever.

Imports nothing of the bot.
"""

import contextlib
import http.client
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, IncompleteRead, NewConnectionError
from urllib3.util import Retry

ANSWER_SECONDS = 60.0
"""In which a whole answer has to arrive; what is sent has time besides."""

SENT_BYTES_A_SECOND = 64 * 1024
"""A pace at which a picture can be sent from anywhere."""

LONGEST_WAIT = 86_400
"""Seconds; who asks for more patience is asked again after these."""


class Deadline:
    """An amount of time for everything that a request does, counted from construction.

    Socket timeouts bound one silence each; a server that sends a byte a second, even within its headers or the TLS
    handshake, passes them for ever. So when time is up, every watched socket is shut down under its reader. Use as a
    context manager.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> "Deadline":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            for watched in self._sockets:
                watched.close()
            self._sockets.clear()

    @property
    def left(self) -> float:
        """Seconds left; negative when time is up."""
        return self._end - time.monotonic()

    def watch(self, connected: socket.socket) -> None:
        """Shut `connected` down when time is up, whoever holds it then."""
        # A duplicate descriptor, since wrapping in TLS empties the original object, and what TLS makes has no `dup`.
        with self._lock:
            self._sockets.append(socket.fromfd(connected.fileno(), connected.family, connected.type))
        if self.left <= 0:
            self._cut()

    def _cut(self) -> None:
        with self._lock:
            for watched in self._sockets:
                with contextlib.suppress(OSError):  # the other side was faster
                    watched.shutdown(socket.SHUT_RDWR)


def use_connections(pools: PoolManager, plain: type[HTTPConnection], secure: type[HTTPSConnection]) -> None:
    """Let a manager of pools make connections of these classes."""
    pools.pool_classes_by_scheme = pool_classes(plain, secure)


def pool_classes(plain: type[HTTPConnection], secure: type[HTTPSConnection]) -> dict[str, type[HTTPConnectionPool]]:
    """Pools of such connections, by scheme."""
    return {
        "http": type("Pool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
    }


_deadline: ContextVar[Deadline] = ContextVar("_deadline")
"""That of the request which this thread is sending."""


@contextlib.contextmanager
def within(seconds: float) -> Iterator[Deadline]:
    """A deadline for what this thread asks for in the block over connections of the class `Watched`."""
    with Deadline(seconds) as deadline:
        token = _deadline.set(deadline)
        try:
            yield deadline
        finally:
            _deadline.reset(token)


def seconds_for(sent: int) -> float:
    """How long an exchange may take in which so many bytes are sent."""
    return ANSWER_SECONDS + sent / SENT_BYTES_A_SECOND


class Watched(HTTPConnection):
    """A connection that ends with the deadline of the request that it is used for; it may be used for many."""

    def _new_conn(self) -> socket.socket:
        connected = super()._new_conn()
        _deadline.get().watch(connected)
        return connected

    def request(self, *args: Any, **options: Any) -> None:
        """Send one."""
        if self.sock is not None:
            _deadline.get().watch(self.sock)
        super().request(*args, **options)


class _WatchedSecure(Watched, HTTPSConnection):
    """The same with TLS."""


class AnswerLate(requests.ReadTimeout):
    """An answer was not whole in time; its text says so."""


class TimedAdapter(HTTPAdapter):
    """A transport that gives up an answer which is not whole in time.

    requests limits each silence only, so a server that sends a byte every few seconds would keep a thread for hours.
    Raises AnswerLate. Answers that are streamed are limited up to the end of their headers.
    """

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        """Make pools whose connections know the deadline."""
        super().init_poolmanager(connections, maxsize, block, **options)
        use_connections(self.poolmanager, Watched, _WatchedSecure)

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        """Send one request, and read its answer unless that is streamed."""
        seconds = seconds_for(int(request.headers.get("Content-Length") or 0))
        late = AnswerLate(f"no whole answer from {request.url} within {seconds:.0f} s", request=request)
        with within(seconds) as deadline:
            try:
                response = super().send(
                    request, stream=stream, timeout=timeout, verify=verify, cert=cert, proxies=proxies
                )
                if not stream:
                    _ = response.content
            except (requests.RequestException, OSError) as error:
                if deadline.left <= 0:
                    raise late from error
                raise
            if deadline.left <= 0:  # what was cut off looks whole where no length was announced
                raise late
        return response


def seconds_of(retry_after: str | None) -> float | None:
    """Seconds from a Retry-After header (RFC 9110: a number or a date), at most a day; None when absent or odd."""
    if retry_after is None:
        return None
    try:
        return Retry(retry_after_max=LONGEST_WAIT).parse_retry_after(retry_after)
    except (HTTPError, ValueError, OverflowError):
        return None


def why(error: BaseException) -> str:
    """What went wrong while another server was asked, for a person: without the classes and objects that hold it."""
    while not isinstance(error, AnswerLate):
        inner = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        inner = getattr(error, "original_exception", inner)  # as prawcore keeps it
        if inner is None:
            break
        error = inner
    match error:
        case AnswerLate():
            return str(error)
        case TimeoutError():
            return "no answer in time"
        case http.client.IncompleteRead() | IncompleteRead():
            return "the connection broke off within the answer"
        case http.client.RemoteDisconnected():
            return "it closed the connection without an answer"
        case http.client.HTTPException():
            return "its answer is no HTTP"
        case zlib.error():
            return "its answer cannot be unpacked"
        case ssl.SSLCertVerificationError():
            return f"its certificate is not trusted: {error.verify_message}"
        case ssl.SSLError(reason=str() as reason):
            return f"no secure connection: {reason.replace('_', ' ').lower()}"
        case OSError(strerror=str() as text):
            return text
    return str(error) or type(error).__name__


def never_sent(error: Exception) -> bool:
    """Whether a request failed because no connection was made: refused, not in time, or there is no such name."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, ConnectTimeoutError | NewConnectionError)


def session() -> requests.Session:
    """A session that takes nothing from the environment, and waits for no answer for ever.

    Otherwise requests sends everything through a proxy that a variable names, and lets an entry of ~/.netrc take the
    place of the credentials that a call carries.
    """
    made = requests.Session()
    made.trust_env = False
    for scheme in ("http://", "https://"):
        made.mount(scheme, TimedAdapter())
    return made
