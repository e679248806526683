"""Where the bot runs: hosts, settings in force, copies of the database; and who did what there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel, SecretStr

from bot.store import audit, login_sessions, notes, overviews
from bot.store.database import Engine
from bot.store.jobs import now
from bot.web.installation import Installation
from bot.web.job_pages import MAX_ID
from bot.web.remember import Remembered
from bot.web.sessions import Sessions, actor_of

PAGE = 100


@dataclass(frozen=True, slots=True)
class InForce:
    """One setting: its name with its section, its value in words, and whether it is the usual one."""

    name: str
    value: str
    usual: bool


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the database."""

    name: str
    bytes: int
    made_at: datetime


def in_force(settings: BaseModel, section: str = "") -> Iterator[InForce]:
    """Every setting, those of sections after the others; of secrets only whether they are set."""
    sections = []
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        if isinstance(value, BaseModel):
            sections.append((f"{section}{name}.", value))
            continue
        usual = value == field.get_default(call_default_factory=True, validated_data={})
        yield InForce(f"{section}{name}", _in_words(value), usual)
    for name, value in sections:
        yield from in_force(value, name)


def _in_words(value: Any) -> str:
    if isinstance(value, SecretStr):
        return "set, hidden"
    if isinstance(value, tuple) and any(isinstance(one, SecretStr) for one in value):
        return f"{len(value)} set, hidden"
    if value is None or value in ("", (), []):
        return "not set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def copies(folder: Path | None) -> list[Copy]:
    """The copies of the database in that folder, the newest first."""
    found = folder.glob("*.sqlite") if folder and folder.is_dir() else ()
    stats = [(path.name, path.stat()) for path in found]
    made = [Copy(name, stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC)) for name, stat in stats]
    return sorted(made, key=lambda copy: copy.made_at, reverse=True)


def add_place_pages(
    app: FastAPI, *, engine: Engine, templates: Jinja2Templates, sessions: Sessions, place: Installation
) -> None:
    """/hosts, /settings, /backups and /audit."""
    hosts = Remembered[None, list[overviews.HostFiles]](lambda _: overviews.hosts(engine), seconds=30)

    @app.get("/hosts")
    def show_hosts(request: Request) -> Response:
        context = {"now": now(), "hosts": hosts(None), "reach": overviews.FILES_REACH}
        return templates.TemplateResponse(request, "hosts.html", context)

    @app.get("/settings")
    def settings(request: Request) -> Response:
        found = list(in_force(place.settings)) if place.settings else []
        return templates.TemplateResponse(request, "settings.html", {"settings": found})

    @app.get("/backups")
    def backups(request: Request) -> Response:
        context = {
            "now": now(),
            "copies": copies(place.backups),
            "folder": place.backups,
            "last": notes.moment(engine, notes.LAST_BACKUP),
            "sqlite": engine.dialect.name == "sqlite",
        }
        return templates.TemplateResponse(request, "backups.html", context)

    @app.get("/audit")
    def show_audit(request: Request, before: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None) -> Response:
        deeds = audit.latest(engine, before=before, limit=PAGE)
        context = {
            "now": now(),
            "deeds": deeds,
            "older": deeds[-1].id if len(deeds) == PAGE else None,
            "sessions": login_sessions.present(engine),
            "mine": request.state.session_id,
        }
        return templates.TemplateResponse(request, "audit.html", context)

    @app.get("/audit/{session_id}/end")
    def ask_end(request: Request, session_id: str) -> Response:
        found = [one for one in login_sessions.present(engine) if one.id == session_id]
        if not found:
            raise HTTPException(404)
        asked = {
            "title": f"Log {found[0].who} out of {found[0].browser}?",
            "button": "Log out there",
            "back": "/audit",
            "text": "That browser has to log in again. Whoever has the password still can.",
        }
        return templates.TemplateResponse(request, "ask.html", {"ask": asked, "problem": ""})

    @app.post("/audit/{session_id}/end", dependencies=[Depends(sessions.check_form)])
    def end(request: Request, session_id: str) -> Response:
        if not login_sessions.end(engine, session_id):
            raise HTTPException(404)
        audit.record(engine, actor_of(request), "end_session", "reply log")
        return RedirectResponse("/audit", 303)
