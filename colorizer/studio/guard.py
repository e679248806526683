"""What stands before the API on somebody's own machine: which requests are taken at all."""

from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from colorizer.studio.routes import refusal

MOST_JSON = 100_000
"""Bytes of a request that is no picture."""


class Guard:
    """Refuses requests that a foreign page could have sent, and bodies that are too large.

    A page on the internet can have a name that leads to this machine (DNS rebinding), so the name in the request must
    be one of ours; and it can send forms here, so an Origin must be ours too.

    hosts: Names and addresses, without port, under which this server is reached; empty for any. most_picture: Bytes of
    a picture that is sent. pictures: Paths that take one.
    """

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str], most_picture: int, pictures: Iterable[str]) -> None:
        self._app = app
        self._hosts = frozenset(hosts)
        self._most_picture = most_picture
        self._pictures = frozenset(pictures)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it."""
        answer = self._refusal(scope) if scope["type"] == "http" else None
        await (answer or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._hosts and _name(host) not in self._hosts:
            return refusal(421, f"This server is not called {host[:100]!r} (colorizer serve --allow-host adds a name).")
        if scope["method"] in ("GET", "HEAD"):
            return None
        origin = headers.get("origin")
        if origin is not None and origin.partition("://")[2] != host:
            return refusal(403, "Another site's page may not send anything here.")
        length = headers.get("content-length", "")
        most = self._most_picture if scope["path"] in self._pictures else MOST_JSON
        if not length.isdecimal():
            return refusal(411, "Say the length of the body (Content-Length).")
        if len(length) > 12 or int(length) > most:
            return refusal(413, f"The body is larger than the {most:,} bytes that are taken here.")
        return None


def _name(host: str) -> str:
    """The name without its port; an IPv6 address keeps its brackets."""
    return host.lower() if host.endswith("]") else host.lower().rpartition(":")[0] or host.lower()
