"""One step of the pipeline: pausing it, letting it go on, and cancelling the jobs that wait for it."""

from typing import Annotated, Any

import structlog
from fastapi import Depends, FastAPI, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.templating import Jinja2Templates

from bot.domain.stages import Stage
from bot.store import audit, notes
from bot.store.actions import Action
from bot.store.database import Engine
from bot.store.deeds import act_on
from bot.store.queue import CANCELLABLE, waiting_for
from bot.web.bulk_pages import MOST
from bot.web.condition import Conditions
from bot.web.frame_pages import with_notice
from bot.web.sessions import Sessions, actor_of
from bot.web.status_pages import BY_OPERATOR
from bot.web.wording import many

log = structlog.get_logger("bot.web")


def add_step_pages(
    app: FastAPI, *, engine: Engine, templates: Jinja2Templates, sessions: Sessions, condition: Conditions
) -> None:
    """/status/STEP/pause, /status/STEP/resume and /status/STEP/clear."""

    def question(request: Request, stage: Stage, action: str, problem: str = "", status: int = 200) -> Response:
        if action == "pause":
            asked: dict[str, Any] = {
                "title": f"Pause {stage}?",
                "text": "A step that has begun is finished. Jobs that come to this step wait; all other steps go on.",
                "button": "Pause",
                "field": "Why, for those who look at the bot meanwhile",
            }
        elif action == "resume":
            text = "The bot works on the jobs that have waited for this step."
            asked = {"title": f"Let {stage} go on?", "text": text, "button": "Go on"}
        elif action == "clear" and stage in CANCELLABLE:
            jobs = waiting_for(engine, stage, limit=MOST)
            asked = {
                "title": f"Cancel {many(len(jobs), 'job')} before {stage}?" if jobs else f"Nothing waits for {stage}",
                "text": "They end without an answer, and nobody is told. That can be undone: they then start over.",
                "button": "Cancel them" if jobs else "",
                "danger": True,
                "jobs": jobs,
                "no": {},
                "possible": len(jobs),
            }
        else:
            raise HTTPException(404)
        asked["back"] = "/status"
        return templates.TemplateResponse(request, "ask.html", {"ask": asked, "problem": problem}, status)

    @app.get("/status/{stage}/{action}")
    def ask(request: Request, stage: Stage, action: str) -> Response:
        return question(request, stage, action)

    @app.post("/status/{stage}/{action}", dependencies=[Depends(sessions.check_form)])
    def do(
        request: Request,
        stage: Stage,
        action: str,
        reason: Annotated[str, Form(max_length=200)] = "",
    ) -> Response:
        if action == "clear" and stage in CANCELLABLE:
            return clear(request, stage)
        if action not in ("pause", "resume"):
            raise HTTPException(404)
        why = " ".join(reason.split())
        notes.write(engine, notes.PAUSED_STEP + stage, (why or BY_OPERATOR) if action == "pause" else None)
        audit.record(engine, actor_of(request), action, stage.value, why)
        log.info("operator_action", action=action, step=stage.value, detail=why)
        condition.forget()
        return RedirectResponse("/status", 303)

    def clear(request: Request, stage: Stage) -> Response:
        jobs = waiting_for(engine, stage, limit=MOST)
        report = act_on(engine, actor_of(request), Action.CANCEL, [job.id for job in jobs])
        done, refused = len(report.done), len(report.refused)
        log.info("operator_action", action="clear", step=stage.value, done=done, refused=refused)
        if report.refused and not report.done:
            return question(request, stage, "clear", problem="; ".join(report.refused[:3]), status=409)
        return RedirectResponse(with_notice("/status", report.batch) if report.done else "/status", 303)
