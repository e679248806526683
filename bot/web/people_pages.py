"""People and subreddits: whom and where the bot does not answer, who asks most, and changing that."""

import re
from datetime import timedelta
from typing import Annotated, Any

import structlog
from fastapi import Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.templating import Jinja2Templates

from bot.store import moderator_answers, overviews
from bot.store.actions import Action
from bot.store.database import Engine
from bot.store.deeds import silence_one
from bot.store.jobs import now
from bot.store.silences import SUBREDDIT, USER
from bot.web.bulk_pages import WORDS
from bot.web.frame_pages import with_notice
from bot.web.sessions import Sessions, actor_of

_NAME = re.compile(r"(?:/?[ur]/)?([A-Za-z0-9_-]{1,50})/?")
_WEEK = timedelta(days=7)

Name = Annotated[str, Query(max_length=60)]

WHY = {
    "asked": "said “stop”",
    "operator": "blocked by an operator",
    "banned": "banned the bot",
    "muted": "muted the bot",
    "private": "is private",
    "quarantined": "is quarantined",
    "left": "took the bot off its moderators",
}
"""Reasons for a silence, as the end of a sentence about somebody or somewhere."""

log = structlog.get_logger("bot.web")


def add_people_pages(app: FastAPI, *, engine: Engine, templates: Jinja2Templates, sessions: Sessions) -> None:
    """/people and /subreddits, with the blocks and mutes below them."""
    kinds = {
        "people": ("u/", {Action.BLOCK, Action.UNBLOCK}),
        "subreddits": ("r/", {Action.MUTE, Action.UNMUTE}),
    }

    def looked_up(name: str) -> str:
        found = _NAME.fullmatch(name.strip())
        return found[1] if found else name.strip()

    @app.get("/people")
    def people(request: Request, name: Name = "") -> Response:
        one = looked_up(name)
        context = {
            "now": now(),
            "why": WHY,
            "silenced": overviews.silenced(engine, USER, one),
            "name": one,
            "count": overviews.count_silenced(engine, USER),
            "askers": [] if one else overviews.askers(engine, _WEEK, most=25),
        }
        return templates.TemplateResponse(request, "people.html", context)

    @app.get("/subreddits")
    def subreddits(request: Request, name: Name = "") -> Response:
        one = looked_up(name)
        context = {
            "now": now(),
            "why": WHY,
            "places": overviews.places(engine, _WEEK, one),
            "name": one,
            "most": overviews.MOST_SHOWN,
            "moderated": overviews.count_moderated(engine),
            "count": overviews.count_silenced(engine, SUBREDDIT),
            "wrote": moderator_answers.latest(engine),
        }
        return templates.TemplateResponse(request, "subreddits.html", context)

    def question(request: Request, kind: str, action: Action, name: str, problem: str = "") -> Response:
        prefix, actions = kinds[kind]
        if action not in actions:
            raise HTTPException(404)
        bare = _NAME.fullmatch(name.strip())
        shown = bare[1] if bare else name
        if not bare:
            problem = f"{name!r} is not a name on Reddit: write it with letters, digits, _ and -"
        words = WORDS[action]
        asked: dict[str, Any] = {
            "title": words.one.format(author=shown, subreddit=shown, id=0),
            "text": words.text,
            "button": words.button,
            "back": f"/{kind}",
            "subjects": [] if problem else [f"{prefix}{shown}"],
        }
        context = {"ask": asked, "problem": problem}
        return templates.TemplateResponse(request, "ask.html", context, 409 if problem else 200)

    def do(request: Request, kind: str, action: Action, name: str) -> Response:
        prefix, actions = kinds[kind]
        bare = _NAME.fullmatch(name.strip())
        if action not in actions or bare is None:
            return question(request, kind, action, name)
        report = silence_one(engine, actor_of(request), action, f"{prefix}{bare[1]}")
        if report.refused:
            return question(request, kind, action, name, report.refused[0])
        log.info("operator_action", action=action.value, subject=report.done[0])
        return RedirectResponse(with_notice(f"/{kind}", report.batch), 303)

    @app.get("/people/{action}")
    def ask_person(request: Request, action: Action, name: Name = "") -> Response:
        return question(request, "people", action, name)

    @app.post("/people/{action}", dependencies=[Depends(sessions.check_form)])
    def do_person(request: Request, action: Action, name: Name = "") -> Response:
        return do(request, "people", action, name)

    @app.get("/subreddits/{action}")
    def ask_place(request: Request, action: Action, name: Name = "") -> Response:
        return question(request, "subreddits", action, name)

    @app.post("/subreddits/{action}", dependencies=[Depends(sessions.check_form)])
    def do_place(request: Request, action: Action, name: Name = "") -> Response:
        return do(request, "subreddits", action, name)
