"""Logging in and out."""

import math
import re
from typing import Annotated

import structlog
from fastapi import FastAPI, Form, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.templating import Jinja2Templates
from sqlalchemy import Engine

from bot.web.login import Tries, is_password
from bot.web.sessions import LIFETIME, Sessions

HOME = "/log"

# Browsers read "//host" and "/\host" as another site and drop tabs and newlines first, so only plain characters pass.
_LOCAL = re.compile(r"/(?!/)[A-Za-z0-9._~%?=&/-]*")

log = structlog.get_logger("bot.web")


def add_login_pages(app: FastAPI, *, engine: Engine, templates: Jinja2Templates, sessions: Sessions) -> None:
    """/login and /logout."""
    tries = Tries()

    def form(request: Request, target: str, *, status: int = 200, problem: str = "") -> Response:
        context = {"target": local(target), "problem": problem}
        return templates.TemplateResponse(request, "login.html", context, status)

    @app.get("/login")
    def login_form(request: Request, target: Annotated[str, Query(alias="next")] = HOME) -> Response:
        return form(request, target)

    @app.post("/login")
    def login(
        request: Request,
        password: Annotated[str, Form()] = "",
        target: Annotated[str, Form(alias="next")] = HOME,
    ) -> Response:
        client = request.client.host if request.client else "unknown"
        wait = math.ceil(tries.admit(client))
        if wait:
            log.warning("login_limited", client=client, wait_seconds=wait)
            answer = form(request, target, status=429, problem=f"Too many tries. Try again in {wait} seconds.")
            answer.headers["Retry-After"] = str(wait)
            return answer
        if not is_password(engine, password):
            log.warning("login_refused", client=client)
            return form(request, target, status=401, problem="That is not the password.")
        answer = RedirectResponse(local(target), 303)
        answer.set_cookie(
            sessions.cookie,
            sessions.start(),
            max_age=LIFETIME,
            path="/",
            secure=sessions.secure,
            httponly=True,
            samesite="lax",
        )
        return answer

    @app.post("/logout")
    def logout(request: Request, token: Annotated[str, Form()] = "") -> Response:
        if not sessions.accepts(request.state.session, token):
            raise HTTPException(403)
        answer = RedirectResponse("/login", 303)
        answer.delete_cookie(sessions.cookie, path="/", secure=sessions.secure, httponly=True, samesite="lax")
        return answer


def local(target: str) -> str:
    """The path to go to after the login; the log for anything that could lead to another site."""
    return target if _LOCAL.fullmatch(target) else HOME
