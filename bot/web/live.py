"""The stream that tells the pages of the reply log when something has changed."""

from collections.abc import AsyncIterator
from typing import Annotated

import anyio
from fastapi import FastAPI, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool

from bot.store.notes import why_paused
from bot.store.reply_log import last_change
from bot.web.sessions import Sessions

LOOK_SECONDS = 1.0
TELL_SECONDS = 60
"""After so long the pages are told even of nothing, so that "5 min ago" grows older."""


def mark_of(engine: Engine) -> str:
    """A text that is another one after each change that the log shows."""
    newest, step, removed = last_change(engine)
    return f"{newest}-{step}-{removed.timestamp() if removed else 0}-{int(why_paused(engine) is not None)}"


def add_live_pages(app: FastAPI, *, engine: Engine, sessions: Sessions) -> None:
    """/log/events: an event `changed` after each change. It says nothing more; the page asks for itself again."""

    def look(session: str) -> str | None:
        return mark_of(engine) if sessions.valid(session) else None

    @app.get("/log/events", response_class=EventSourceResponse)
    async def events(
        request: Request,
        seen: Annotated[str, Query(max_length=80)] = "",
        last_event_id: Annotated[str, Header(max_length=80)] = "",
    ) -> AsyncIterator[ServerSentEvent]:
        known, told = last_event_id or seen, anyio.current_time()
        while (mark := await run_in_threadpool(look, request.state.session)) is not None:
            if mark != known or anyio.current_time() - told >= TELL_SECONDS:
                known, told = mark, anyio.current_time()
                yield ServerSentEvent(event="changed", id=mark, data=mark)
            await anyio.sleep(LOOK_SECONDS)
