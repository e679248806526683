"""A server in a thread, which speaks HTTP and TLS on one port."""

import asyncio
import socket
import ssl
import threading
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from .certificates import certificates

# The first byte of a TLS handshake (RFC 8446, section 5.1). No HTTP method begins with it.
_HANDSHAKE = b"\x16"


class PlainOrSecure(H11Protocol):
    """HTTP/1.1 on a connection that may begin with a TLS handshake: the first byte decides."""

    _deciding: asyncio.Task[None] | None = None
    _early = b""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Look at the first byte before anything is read."""
        self.transport = transport
        self.connections.add(self)
        transport.pause_reading()
        self._deciding = self.loop.create_task(self._decide(transport))

    async def _decide(self, transport: asyncio.Transport) -> None:
        try:
            first = await self._peek(transport)
            secure = None
            if first == _HANDSHAKE:
                secure = await self.loop.start_tls(transport, self, _context(), server_side=True)
        except OSError:  # the client went away, or does not trust the certificate
            transport.abort()
            return
        super().connection_made(secure or transport)
        if self._early:
            super().data_received(self._early)
        if secure is None:
            transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        """A client that sends at once is heard before `start_tls` returns."""
        if self.flow is None:
            self._early += data
        else:
            super().data_received(data)

    async def _peek(self, transport: asyncio.Transport) -> bytes:
        arrived = asyncio.Event()
        with transport.get_extra_info("socket").dup() as copy:
            self.loop.add_reader(copy, arrived.set)
            try:
                await arrived.wait()
                found: bytes = copy.recv(1, socket.MSG_PEEK)
            finally:
                self.loop.remove_reader(copy)
        return found

    def connection_lost(self, exc: Exception | None) -> None:
        """Also when the client went, or the server stopped, before a byte came."""
        if self._deciding is not None:
            self._deciding.cancel()
        super().connection_lost(exc)


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates().server)
    return context


class BackgroundServer:
    """Serves an ASGI application on 127.0.0.1 from a thread of its own, from `start` to `stop`.

    Port 0 takes a free one. Connections are accepted as soon as the object exists; they are answered once it has been
    started. Raises OSError when the port is taken.
    """

    def __init__(self, *, port: int = 0) -> None:
        # The protocol must be named: asyncio sends small answers at once (TCP_NODELAY) only then, 40 ms earlier.
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._listener.bind(("127.0.0.1", port))
            self._listener.listen(128)
        except OSError:
            self._listener.close()
            raise
        self.port: int = self._listener.getsockname()[1]

    def start(self, app: Any) -> None:
        """Answer with this ASGI application."""
        config = uvicorn.Config(
            app,
            http=PlainOrSecure,
            ws="wsproto",
            log_level="warning",
            log_config=None,
            access_log=False,
            lifespan="off",
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        name = f"sandbox on port {self.port}"
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._listener]}, name=name, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Close the connections and the port."""
        self._server.should_exit = True
        self._thread.join(timeout=5)
        self._listener.close()
