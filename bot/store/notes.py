"""Small facts that must survive a restart, by name."""

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete, inspect
from sqlalchemy.orm import Session

from bot.store.jobs import now
from bot.store.tables import Note

PAUSED = "paused"
"""Why no job is worked on, as a sentence; no such note while the bot works."""

PAUSED_BY_PAGE = "paused_by_page"
"""The same, said by the kill switch's page; either note alone pauses."""

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


def why_paused(engine: Engine) -> str | None:
    """Why no job is worked on now; None while the bot works."""
    found = [value for name in (PAUSED, PAUSED_BY_PAGE) if (value := read(engine, name))]
    return "; ".join(map(str, found)) or None


def moment(engine: Engine, name: str) -> datetime | None:
    """The time that a note holds, None when there is none."""
    value = read(engine, name)
    return datetime.fromisoformat(value) if value else None
