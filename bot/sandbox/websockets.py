"""The one websocket that Reddit's API needs: it tells where an uploaded picture was posted."""

import asyncio
import base64
import hashlib
import json
from typing import Any

from bot.sandbox.faults import Fault
from bot.sandbox.things import Things
from bot.sandbox.world import World

# RFC 6455, section 1.3.
_MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def _frame(opcode: int, payload: bytes) -> bytes:
    length = len(payload)
    size = bytes([length]) if length < 126 else b"\x7e" + length.to_bytes(2, "big")
    return bytes([0x80 | opcode]) + size + payload


class PostedNotice(asyncio.Protocol):
    """Given to uvicorn as its websocket protocol: shakes hands, sends one message and hangs up.

    Of the faults, `drop` hangs up at once, the delays answer late, and the status actions answer "failed": `status`
    after taking the post back, as when Reddit cannot read the file, `store_then_status` although the post is there.
    """

    def __init__(self, *, config: Any, server_state: Any, app_state: Any) -> None:
        del app_state
        self._world: World = config.app.world
        self._open: set[Any] = server_state.connections
        self._transport: asyncio.Transport | None = None
        self._answered = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by uvicorn with the connection that asked for the upgrade."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for the type checker
        self._transport = transport
        self._open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by uvicorn's loop when either side has hung up."""
        self._open.discard(self)

    def shutdown(self) -> None:
        """Called by uvicorn when the server stops."""
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Called by uvicorn with the whole head of the request; what the client sends later does not matter."""
        if self._answered or self._transport is None:
            return
        self._answered = True
        first, *lines = data.decode("latin-1").split("\r\n")
        path = first.split(" ")[1]
        with self._world.guard:
            fault = self._world.faults.take("GET", path)
        if fault is not None and fault.action == "drop":
            self._transport.abort()
            return
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        digest = hashlib.sha1((headers.get("sec-websocket-key", "") + _MAGIC).encode(), usedforsecurity=False).digest()
        accept = base64.b64encode(digest).decode()
        self._transport.write(
            f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode()
        )
        asset = path.rsplit("/", 1)[-1]
        late = fault.seconds if fault and fault.action in ("delay", "store_then_delay") else 0.0
        asyncio.get_running_loop().call_later(late, self._tell, asset, fault)

    def _tell(self, asset: str, fault: Fault | None) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        failed = fault is not None and fault.action in ("status", "store_then_status")
        if fault is not None and fault.action == "status":
            self._take_back(asset)
        news = {"type": "failed", "payload": {}} if failed else self._news(asset)
        self._transport.write(_frame(0x1, json.dumps(news).encode()))
        self._transport.write(_frame(0x8, b""))
        self._transport.close()

    def _take_back(self, asset: str) -> None:
        with self._world.guard:
            for post in [post for post in self._world.posts.values() if asset in post.pictures]:
                del self._world.posts[post.id]

    def _news(self, asset: str) -> dict[str, Any]:
        with self._world.guard:
            for post in self._world.posts.values():
                if asset in post.pictures:
                    path = Things(self._world, None).permalink(post)
                    return {"type": "success", "payload": {"redirect": self._world.base_url + path}}
        return {"type": "failed", "payload": {}}
