"""What every request passes first: sorts people from programs, counts calls, plays faults."""

import asyncio
import json
import math
import socket
import struct
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .errors import TEXTS
from .faults import Fault
from .things import listing
from .websockets import tell_where_posted
from .world import World

WINDOW = 600
# Paths that are never a page for people.
_FOR_PROGRAMS = (
    "/api",
    "/i.redd.it",
    "/preview.redd.it",
    "/v.redd.it",
    "/reddit-uploaded-media",
    "/message",
    "/prefs",
    "/_sandbox",
)


class Quota:
    """Reddit's call limit: so many calls in each window of ten minutes, counted per application."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._used: dict[tuple[str, int], int] = {}

    def count(self, caller: str) -> tuple[dict[str, str], bool]:
        """Count one call; the headers that tell the caller, and whether the call was one too many."""
        now = self._world.clock()
        key = (caller, int(now // WINDOW))
        used = self._used[key] = self._used.get(key, 0) + 1
        remaining = max(0, self._world.calls_per_window - used)
        reset = WINDOW - math.floor(now % WINDOW)
        headers = {
            "x-ratelimit-remaining": f"{remaining:.1f}",
            "x-ratelimit-used": str(used),
            "x-ratelimit-reset": str(reset),
        }
        return headers, used > self._world.calls_per_window


class FrontDoor:
    """The outermost application.

    GET without an `Authorization` header is for people and goes to the pages, unless the path is one of the API's own
    or ends in `.json`. A slash or `.json` at the end of a path makes no difference to the API.
    """

    def __init__(self, world: World, api: ASGIApp, pages: ASGIApp, control: ASGIApp) -> None:
        self.world = world
        self._api = api
        self._pages = pages
        self._control = control
        self._quota = Quota(world)
        self._late: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on to the API, the pages, the control paths or the websocket."""
        if scope["type"] == "websocket":
            await tell_where_posted(self.world, scope, receive, send)
            return
        path: str = scope["path"].rstrip("/") or "/"
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if path.startswith("/_sandbox"):
            await self._control(_at(scope, path), receive, send)
        elif "authorization" not in headers and scope["method"] in ("GET", "HEAD") and _for_people(path):
            await self._pages(_at(scope, path), receive, send)
        else:
            await self._call(_at(scope, path), receive, send, headers)

    def _application(self, authorization: str) -> str:
        """Whose calls these are: all tokens of an application share its limit. Without a token, what stands there."""
        token = self.world.tokens.find(authorization.rpartition(" ")[2])
        return token.client if token else authorization

    async def _call(self, scope: Scope, receive: Receive, send: Send, headers: dict[str, str]) -> None:
        method, path = scope["method"], scope["path"]
        extra, too_many = self._quota.count(self._application(headers.get("authorization", "")))
        with self.world.guard:
            fault = self.world.faults.take(method, path)
            call = {"method": method, "path": path, "status": None, "user_agent": headers.get("user-agent", "")}
            self.world.calls.append(call)

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                call["status"] = message["status"]
                added = [(name.encode(), value.encode()) for name, value in extra.items()]
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        if too_many:
            extra["retry-after"] = extra["x-ratelimit-reset"]
            await _answer(tell, 429, {"message": "Too Many Requests", "error": 429})
        elif fault is None:
            await self._api(scope, receive, tell)
        else:
            await self._misbehave(fault, scope, receive, send, tell)

    async def _misbehave(self, fault: Fault, scope: Scope, receive: Receive, send: Send, tell: Send) -> None:
        if fault.action == "delay":
            await asyncio.sleep(fault.seconds)
            await self._api(scope, receive, tell)
        elif fault.action in {"drop", "reset"}:
            await _hang_up(receive, send, reset=fault.action == "reset")
        elif fault.action == "ratelimit":
            text, field = TEXTS["RATELIMIT"]
            body = {"errors": [["RATELIMIT", text.format(limit=fault.text), field]], "ratelimit": 583.2}
            await _answer(tell, 200, {"json": body})
        elif fault.action == "refuse":
            await _answer(tell, 200, {"json": {"errors": [[fault.text, "The sandbox was told to say no.", None]]}})
        elif fault.action == "page":
            await _answer_page(tell)
        elif fault.action == "empty":
            await _answer(tell, 200, listing([]))
        elif fault.action == "status_then_store":
            await self._store_late(fault, scope, receive)
            await _answer(tell, fault.status, _status_body(fault), _headers(fault))
        elif fault.action == "status":
            await _answer(tell, fault.status, _status_body(fault), _headers(fault))
        else:
            held: list[Message] = []

            async def hold(message: Message) -> None:
                held.append(message)

            await self._api(scope, receive, hold)
            if fault.action == "store_then_status":
                await _answer(tell, fault.status, _status_body(fault), _headers(fault))
            elif fault.action == "store_then_page":
                await _answer_page(tell)
            elif fault.action == "cut":
                await _cut(held, receive, send, tell)
            elif fault.action == "drip":
                await _drip(held, fault.seconds, tell)
            else:
                await asyncio.sleep(fault.seconds)
                for message in held:
                    await tell(message)

    async def _store_late(self, fault: Fault, scope: Scope, receive: Receive) -> None:
        """Take the whole request now and carry it out later, whether or not anybody still waits for an answer."""
        heard = [await receive()]
        while heard[-1].get("more_body"):
            heard.append(await receive())

        async def again() -> Message:
            return heard.pop(0) if heard else {"type": "http.disconnect"}

        async def nobody(_: Message) -> None:
            pass

        async def later() -> None:
            await asyncio.sleep(fault.seconds)
            try:
                await self._api(scope, again, nobody)
            finally:
                self.world.faults.late -= 1

        self.world.faults.late += 1
        task = asyncio.create_task(later())
        self._late.add(task)
        task.add_done_callback(self._late.discard)


def _at(scope: Scope, path: str) -> Scope:
    if path.endswith(".json") and path not in ("/api/media/asset.json", "/api/submit_gallery_post.json"):
        path = path.removesuffix(".json")
    return {**scope, "path": path, "raw_path": path.encode()}


def _for_people(path: str) -> bool:
    if path == "/message/compose":  # a form; the API has no such call
        return True
    return not path.endswith(".json") and not any(path == one or path.startswith(one + "/") for one in _FOR_PROGRAMS)


def _status_body(fault: Fault) -> dict[str, Any]:
    said = {} if fault.reason is None else {"reason": fault.reason}
    return {"message": "The sandbox was told to answer this.", "error": fault.status, **said}


def _headers(fault: Fault) -> dict[str, str]:
    given = {"retry-after": fault.retry_after, "location": fault.location}
    return {name: str(value) for name, value in given.items() if value is not None}


async def _answer(send: Send, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
    text = json.dumps(body).encode()
    listed = [(b"content-type", b"application/json; charset=UTF-8"), (b"content-length", str(len(text)).encode())]
    listed += [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    await send({"type": "http.response.start", "status": status, "headers": listed})
    await send({"type": "http.response.body", "body": text})


async def _answer_page(send: Send) -> None:
    """A page for people in the place of an answer, as from a proxy that is in between."""
    text = b"<!doctype html><title>Sorry</title><p>The sandbox was told to answer with a page."
    listed = [(b"content-type", b"text/html; charset=UTF-8"), (b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": listed})
    await send({"type": "http.response.body", "body": text})


async def _cut(held: list[Message], receive: Receive, send: Send, tell: Send) -> None:
    """The first half of an answer, then the end of the connection."""
    body = b"".join(message.get("body", b"") for message in held)
    await tell(held[0])
    await tell({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    _connection(send).close()
    await _until_gone(receive)


async def _drip(held: list[Message], seconds: float, tell: Send) -> None:
    """An answer byte by byte, for as long as somebody listens."""
    await tell(held[0])
    for byte in b"".join(message.get("body", b"") for message in held):
        await asyncio.sleep(seconds)
        await tell({"type": "http.response.body", "body": bytes([byte]), "more_body": True})
    await tell({"type": "http.response.body", "body": b""})


async def _hang_up(receive: Receive, send: Send, *, reset: bool) -> None:
    """Close the connection without an answer. reset: as a machine does that knows nothing of it (TCP's RST)."""
    connection = _connection(send)
    if reset:
        at_once = struct.pack("ii", 1, 0)
        connection.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    connection.abort()
    await _until_gone(receive)


def _connection(send: Send) -> Any:
    """ASGI has no word for it. `send` is a bound method of uvicorn's record of the request, which knows it."""
    return send.__self__.transport  # type: ignore[attr-defined]


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
