"""What stands around every page: the strip, the view, and the notice of what was just done with its undo."""

import re
from typing import Annotated, Any

import structlog
from fastapi import Depends, FastAPI, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.templating import Jinja2Templates

from bot.store import audit
from bot.store.actions import Action
from bot.store.database import Engine
from bot.store.deeds import OPPOSITE, UNDO, undo
from bot.store.jobs import now
from bot.web.login_pages import local
from bot.web.sessions import Sessions, actor_of
from bot.web.view import COOKIE, chosen
from bot.web.wording import DID, many

_BATCH = re.compile(r"[0-9a-f]{16}")
_YEAR = 365 * 24 * 3600

log = structlog.get_logger("bot.web")


def add_frame_pages(app: FastAPI, *, engine: Engine, templates: Jinja2Templates, sessions: Sessions) -> None:
    """/strip, /view and /undo."""

    @app.get("/strip")
    def strip(request: Request) -> Response:
        return templates.TemplateResponse(request, "strip.html")

    @app.get("/view")
    def no_view() -> Response:
        return RedirectResponse("/log", 303)

    @app.post("/view", dependencies=[Depends(sessions.check_form)])
    def view(
        rows: Annotated[str, Form()] = "",
        times: Annotated[str, Form()] = "",
        keys: Annotated[str, Form()] = "nokeys",
        back: Annotated[str, Form()] = "",
    ) -> Response:
        answer = RedirectResponse(local(back), 303)
        value = chosen(rows, times, keys).cookie()
        answer.set_cookie(COOKIE, value, max_age=_YEAR, path="/", secure=sessions.secure, httponly=True, samesite="lax")
        return answer

    @app.get("/undo/{batch}")
    def ask(request: Request, batch: str) -> Response:
        found = notice(engine, batch)
        if found is None:
            raise HTTPException(404)
        asked = {
            "title": "Take it back?",
            "text": f"{found['words']} That is taken back as far as it can be.",
            "button": "Undo",
            "subjects": found["subjects"],
            "back": "/log",
        }
        return templates.TemplateResponse(request, "ask.html", {"ask": asked, "problem": ""})

    @app.post("/undo/{batch}", dependencies=[Depends(sessions.check_form)])
    def take_back(request: Request, batch: str, back: Annotated[str, Form()] = "") -> Response:
        done = undo(engine, actor_of(request), batch) if _BATCH.fullmatch(batch) else None
        if done is None:
            raise HTTPException(404)
        action, report = done
        log.info("operator_action", action=action.value, done=len(report.done), refused=len(report.refused))
        if not report.done:
            asked = {
                "title": "That could not be taken back",
                "text": "Nothing was changed.",
                "button": "",
                "subjects": [],
                "back": local(back),
            }
            context = {"ask": asked, "problem": "; ".join(report.refused)}
            return templates.TemplateResponse(request, "ask.html", context, 409)
        return RedirectResponse(with_notice(local(back), report.batch), 303)


def with_notice(path: str, batch: str) -> str:
    """The address, with the notice of a batch on it in the place of another."""
    bare = re.sub(r"([?&])done=[^&]*(&|$)", r"\1", path).rstrip("?&")
    return f"{bare}{'&' if '?' in bare else '?'}done={batch}"


def notice(engine: Engine, batch: str) -> dict[str, Any] | None:
    """What was done by that click, in words, and whether it can be taken back now; None for no such click."""
    deeds = audit.of_batch(engine, batch) if _BATCH.fullmatch(batch) else []
    if not deeds or deeds[0].action not in {action.value for action in Action}:
        return None
    action = Action(deeds[0].action)
    age = now() - deeds[0].at
    subjects = [deed.subject for deed in deeds]
    what = subjects[0] if len(subjects) == 1 else many(len(subjects), "job")
    limited = action in {Action.DELETE}
    return {
        "batch": batch,
        "words": f"{what[:1].upper()}{what[1:]}: {DID[action]}.",
        "subjects": subjects,
        "undo": action in OPPOSITE and action is not Action.UNDELETE and (age < UNDO if limited else True),
        "seconds": int((UNDO - age).total_seconds()) if limited else None,
    }
