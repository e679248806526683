"""The stream that tells the pages of the reply log when something has changed."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import FastAPI, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from bot.store.database import Engine
from bot.store.reply_log import last_change
from bot.web.condition import Condition, Conditions
from bot.web.sessions import Sessions

LOOK_SECONDS = 0.5
TELL_SECONDS = 60
"""After so long the pages are told even of nothing, so that "5 min ago" grows older."""


def mark_of(engine: Engine, found: Condition) -> str:
    """A text that is another one after each change that the log or the strip shows."""
    newest, step, removed = last_change(engine)
    return f"{newest}-{step}-{removed.timestamp() if removed else 0}-{found.mark()}"


def add_live_pages(app: FastAPI, *, engine: Engine, sessions: Sessions, condition: Conditions) -> None:
    """/log/events: an event `changed` after each change. It says nothing more; the page asks for itself again.

    A stream ends with its session, and when `app.state.stopping` is set.
    """
    stopping = app.state.stopping = threading.Event()

    def look(session: str) -> str | None:
        return None if stopping.is_set() or not sessions.valid(session) else mark_of(engine, condition())

    @app.get("/log/events", response_class=EventSourceResponse)
    async def events(
        request: Request,
        seen: Annotated[str, Query(max_length=80)] = "",
        last_event_id: Annotated[str, Header(max_length=80)] = "",
    ) -> AsyncIterator[ServerSentEvent]:
        known, told = last_event_id or seen, time.monotonic()
        while (mark := await run_in_threadpool(look, request.state.session)) is not None:
            if mark != known or time.monotonic() - told >= TELL_SECONDS:
                known, told = mark, time.monotonic()
                yield ServerSentEvent(event="changed", id=mark, data=mark)
            await asyncio.sleep(LOOK_SECONDS)
