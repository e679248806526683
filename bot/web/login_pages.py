"""Logging in and out."""

import math
import re
from typing import Annotated

import structlog
from fastapi import Depends, FastAPI, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.templating import Jinja2Templates

from bot.store import audit, operators
from bot.store.audit import Actor
from bot.store.database import Engine
from bot.store.operator_tables import Operator
from bot.web.brake import Brake, client_of
from bot.web.login import is_code, is_password, is_password_of
from bot.web.sessions import Sessions, actor_of

HOME = "/log"
NAME = "operator"
"""Who somebody is that gives no name at the login."""

# Browsers read "//host" and "/\host" as another site and drop tabs and newlines first, so only plain characters pass.
_LOCAL = re.compile(r"/(?!/)[A-Za-z0-9._~%?=&/+:,-]*")
_BROWSERS = ("Firefox", "Edg", "OPR", "Chrome", "Safari", "curl")
_SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")

log = structlog.get_logger("bot.web")


def add_login_pages(app: FastAPI, *, engine: Engine, templates: Jinja2Templates, sessions: Sessions) -> None:
    """/login and /logout."""
    brake = Brake()

    def form(
        request: Request, target: str, *, who: str = "", status: int = 200, problem: str = "", lost: bool = False
    ) -> Response:
        context = {
            "target": local(target),
            "problem": problem,
            "lost": lost,
            "who": who,
            "operators": bool(operators.everybody(engine)),
        }
        return templates.TemplateResponse(request, "login.html", context, status)

    def passes(operator: Operator | None, password: str, code: str) -> bool:
        if operator is None:
            return is_password(engine, password)
        if not is_password_of(operator, password):
            return False
        if operator.factor is None:
            return True
        # Whoever has the password could go through all codes, from many addresses.
        key = f"code of {operator.name}"
        if brake.admit(key, known=True) or not is_code(engine, operator, code):
            return False
        brake.passed(key)
        return True

    @app.get("/login")
    def login_form(
        request: Request, target: Annotated[str, Query(alias="next")] = HOME, lost: bool = False
    ) -> Response:
        return form(request, target, lost=lost)

    @app.post("/login")
    def login(
        request: Request,
        password: Annotated[str, Form()] = "",
        who: Annotated[str, Form(max_length=50)] = "",
        code: Annotated[str, Form(max_length=10)] = "",
        target: Annotated[str, Form(alias="next")] = HOME,
    ) -> Response:
        address = request.client.host if request.client else "unknown"
        browser = sessions.known_browser(request.cookies.get(sessions.browser_cookie))
        client = f"browser {browser}" if browser else client_of(address)
        wait = math.ceil(brake.admit(client, known=browser is not None))
        if wait:
            log.warning("login_limited", client=address, wait_seconds=wait)
            said = f"There were too many tries from here. Try again in {wait} {'second' if wait == 1 else 'seconds'}."
            answer = form(request, target, who=who, status=429, problem=said)
            answer.headers["Retry-After"] = str(wait)
            return answer
        operator = operators.find(engine, who)
        if not passes(operator, password, code):
            log.warning("login_refused", client=address)
            what = "the right name, password and code" if operators.everybody(engine) else "the password"
            return form(request, target, who=who, status=401, problem=f"That is not {what}.")
        brake.passed(client)
        actor = Actor(operator.name if operator else " ".join(who.split()) or NAME, address)
        audit.record(engine, actor, "login", "reply log")
        answer = RedirectResponse(local(target), 303)
        words = browser_in_words(request.headers.get("user-agent", ""))
        session = sessions.start(
            who=actor.who, address=address, browser=words, operator=operator.name if operator else None
        )
        sessions.remember(answer, session, browser)
        return answer

    @app.post("/logout", dependencies=[Depends(sessions.check_form)])
    def logout(request: Request) -> Response:
        sessions.end(request.state.session)
        audit.record(engine, actor_of(request), "logout", "reply log")
        answer = RedirectResponse("/login", 303)
        sessions.forget(answer)
        return answer


def local(target: str) -> str:
    """The path to go to after the login; the log for anything that could lead to another site."""
    return target if _LOCAL.fullmatch(target) else HOME


def browser_in_words(agent: str) -> str:
    """Enough of a user agent for its owner to know it again: "Firefox, Linux"."""
    names = {"Edg": "Edge", "OPR": "Opera", "Mac OS": "macOS"}
    found = [next((one for one in known if one in agent), None) for known in (_BROWSERS, _SYSTEMS)]
    return ", ".join(names.get(one, one) for one in found if one) or "unknown browser"
