"""How the bot is: its processes, what waits, when it was silent; pausing it and letting it go on."""

from typing import Annotated, Any

import structlog
from fastapi import Depends, FastAPI, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.templating import Jinja2Templates

from bot.store import audit, notes, outages, queue
from bot.store.database import Engine
from bot.store.jobs import now
from bot.web.condition import Conditions
from bot.web.sessions import Sessions, actor_of

BY_OPERATOR = "by the operator"

ASKED: dict[str, dict[str, Any]] = {
    "pause": {
        "title": "Pause the bot?",
        "text": "A step that has begun is finished, nothing new is begun. Summonses are still received and wait.",
        "button": "Pause",
        "field": "Why, for those who look at the bot meanwhile",
    },
    "resume": {"title": "Let the bot go on?", "text": "It works on what has waited.", "button": "Go on"},
    "try-now": {
        "title": "Try everything again now?",
        "text": "Jobs that were put off after a failure do not wait any longer. Do this when what failed is mended.",
        "button": "Try now",
    },
}

log = structlog.get_logger("bot.web")


def add_status_pages(
    app: FastAPI, *, engine: Engine, templates: Jinja2Templates, sessions: Sessions, condition: Conditions
) -> None:
    """/status and what can be done there."""

    @app.get("/status")
    def status(request: Request) -> Response:
        waiting = queue.by_stage(engine)
        context = {
            "now": now(),
            "queue": waiting,
            "paused_steps": notes.pauses(engine).steps,
            "cancellable": queue.CANCELLABLE,
            "put_off": sum(one.later for one in waiting),
            "outages": outages.latest(engine),
            "last_reply": outages.last_reply(engine),
            "last_backup": notes.moment(engine, notes.LAST_BACKUP),
            "paused_here": notes.read(engine, notes.PAUSED) is not None,
            "paused_by_page": notes.read(engine, notes.PAUSED_BY_PAGE),
        }
        return templates.TemplateResponse(request, "status.html", context)

    @app.get("/status/{action}")
    def ask(request: Request, action: str) -> Response:
        if action not in ASKED:
            raise HTTPException(404)
        asked = ASKED[action] | {"back": "/status"}
        return templates.TemplateResponse(request, "ask.html", {"ask": asked, "problem": ""})

    @app.post("/status/{action}", dependencies=[Depends(sessions.check_form)])
    def do(
        request: Request,
        action: str,
        reason: Annotated[str, Form(max_length=200)] = "",
    ) -> Response:
        if action not in ASKED:
            raise HTTPException(404)
        detail = _do(engine, action, " ".join(reason.split()))
        audit.record(engine, actor_of(request), action.replace("-", "_"), "bot", detail)
        log.info("operator_action", action=action, detail=detail)
        condition.forget()
        return RedirectResponse("/status", 303)


def _do(engine: Engine, action: str, reason: str) -> str:
    if action == "pause":
        notes.write(engine, notes.PAUSED, reason or BY_OPERATOR)
        return reason
    if action == "resume":
        notes.write(engine, notes.PAUSED, None)
        return ""
    return f"{queue.try_now(engine)} jobs"
