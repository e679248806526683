"""What the operator can do to a job: a page that asks, and the form on it that does."""

from typing import Annotated

import structlog
from fastapi import FastAPI, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.templating import Jinja2Templates

from bot.store.actions import Action, NotPossible, act
from bot.store.database import Engine
from bot.store.reply_log import job_by_id
from bot.web.log_pages import JobId
from bot.web.sessions import Sessions

log = structlog.get_logger("bot.web")


def add_action_pages(app: FastAPI, *, engine: Engine, templates: Jinja2Templates, sessions: Sessions) -> None:
    """/log/ID/ACTION."""

    def question(request: Request, job_id: int, action: Action, *, problem: str = "", status: int = 200) -> Response:
        job = job_by_id(engine, job_id)
        if job is None:
            raise HTTPException(404)
        context = {"job": job, "action": action.value, "problem": problem}
        return templates.TemplateResponse(request, "action.html", context, status)

    @app.get("/log/{job_id}/{action}")
    def ask(request: Request, job_id: JobId, action: Action) -> Response:
        return question(request, job_id, action)

    @app.post("/log/{job_id}/{action}")
    def do(request: Request, job_id: JobId, action: Action, token: Annotated[str, Form()] = "") -> Response:
        if not sessions.accepts(request.state.session, token):
            raise HTTPException(403)
        if job_by_id(engine, job_id) is None:
            raise HTTPException(404)
        try:
            act(engine, job_id, action)
        except NotPossible as error:
            return question(request, job_id, action, problem=str(error), status=409)
        log.info("operator_action", job=job_id, action=action.value)
        return RedirectResponse(f"/log/{job_id}?done={action.value}", 303)
