"""Limits on what a client may hold open: connections, and the time in which a request must have arrived.

uvicorn waits for ever for a request that never comes, and a process has about a thousand sockets. Imports nothing of
the bot.
"""

import asyncio
import ipaddress
from collections.abc import Sequence
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

MOST = 400
"""Connections in all; for one more the one is closed that has waited longest without a request."""

MOST_OF_ONE = 50
"""Connections of one address; this machine's own and trusted proxies may have as many as there are."""

HEADER_SECONDS = 10.0
"""From the connection, or the end of the last answer, to a whole request head."""

BODY_SECONDS = 30.0
"""From the head of a request to the end of its body."""


class LimitedProtocol(H11Protocol):
    """HTTP as uvicorn speaks it, within the limits above."""

    trusted: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network] = ()
    since: float = 0.0
    """When the wait for the present request began, by the loop's clock."""
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Make room, or close at once."""
        super().connection_made(transport)
        open_ones = [one for one in self.connections if not one.transport.is_closing()]
        others = [one for one in open_ones if one is not self and isinstance(one, LimitedProtocol)]
        if not self._is_trusted() and sum(one._address() == self._address() for one in others) >= MOST_OF_ONE:
            transport.close()
            return
        if len(others) >= MOST:
            idle = [one for one in others if one._is_idle()]
            if not idle:
                transport.close()
                return
            min(idle, key=lambda one: one.since).transport.close()
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Take what came; the clock runs on until the request is whole."""
        was_idle = self._is_idle()
        super().data_received(data)
        if self.transport.is_closing():
            self._stop_timer()
        elif was_idle and not self._is_idle():
            self._stop_timer()
            if self.cycle.more_body:
                self._timer = self.loop.call_later(BODY_SECONDS, self._close_if_body_is_missing)
        elif was_idle and self._timer is None:
            self._wait_for_head()  # the first bytes of another request have ended uvicorn's own wait

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._stop_timer()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self, event: Any) -> None:
        """From here on it is another protocol's connection."""
        self._stop_timer()
        super().handle_websocket_upgrade(event)

    def _wait_for_head(self) -> None:
        self.since = self.loop.time()
        self._timer = self.loop.call_later(HEADER_SECONDS, self._close_if_idle)

    def _close_if_idle(self) -> None:
        self._timer = None
        if self._is_idle():
            self.transport.close()

    def _close_if_body_is_missing(self) -> None:
        self._timer = None
        if not self._is_idle() and self.cycle.more_body:
            self.transport.close()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _address(self) -> str:
        return self.client[0] if self.client else ""

    def _is_trusted(self) -> bool:
        try:
            address = ipaddress.ip_address(self._address().partition("%")[0])
        except ValueError:
            return True  # a socket without addresses
        return address.is_loopback or any(address in network for network in self.trusted)


def limited(trusted: Sequence[str]) -> type[LimitedProtocol]:
    """The protocol for a server whose reverse proxies have these addresses or networks."""
    networks = [ipaddress.ip_network(one, strict=False) for one in trusted]
    return type("Limited", (LimitedProtocol,), {"trusted": networks})
