"""Small facts that must survive a restart, by name."""

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete, inspect, select
from sqlalchemy.orm import Session

from bot.store.jobs import now
from bot.store.tables import Note

PAUSED = "paused"
"""Why no job is worked on, as a sentence; no such note while the bot works."""

PAUSED_BY_PAGE = "paused_by_page"
"""The same, said by the kill switch's page; either note alone pauses."""

PAUSED_STEP = "paused_step_"
"""Followed by a stage: why no job goes on whose next step that is, as a sentence."""

LAST_POLL = "last_poll"
"""When the inbox was last read, as ISO 8601."""

LAST_BACKUP = "last_backup"
"""When the database was last copied, as ISO 8601."""


def are_kept(engine: Engine) -> bool:
    """Whether the database has a table for notes yet."""
    return inspect(engine).has_table(Note.__tablename__)


def read(engine: Engine, name: str) -> Any:
    """The value of a note, None when there is none."""
    with Session(engine) as session:
        note = session.get(Note, name)
        return note.value if note else None


def write(engine: Engine, name: str, value: Any) -> None:
    """Set a note; None removes it."""
    with Session(engine) as session, session.begin():
        if value is None:
            session.execute(delete(Note).where(Note.name == name))
        else:
            session.merge(Note(name=name, value=value, changed_at=now()))


def why_paused(engine: Engine, step: str | None = None) -> str | None:
    """Why no job is worked on now, or why that step is not begun; None while it is."""
    found = [value for name in (PAUSED, PAUSED_BY_PAGE) if (value := read(engine, name))]
    if step is not None and (why := read(engine, PAUSED_STEP + step)):
        found.append(f"{step}: {why}")
    return "; ".join(map(str, found)) or None


def paused_steps(engine: Engine) -> dict[str, str]:
    """The steps that are not begun now, and why; empty while all are."""
    query = select(Note).where(Note.name.startswith(PAUSED_STEP, autoescape=True)).order_by(Note.name)
    with Session(engine) as session:
        return {note.name.removeprefix(PAUSED_STEP): str(note.value) for note in session.scalars(query)}


def moment(engine: Engine, name: str) -> datetime | None:
    """The time that a note holds, None when there is none."""
    value = read(engine, name)
    return datetime.fromisoformat(value) if value else None
