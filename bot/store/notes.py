"""Small facts that must survive a restart, by name."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete, inspect, or_, select
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


@dataclass(frozen=True)
class Pauses:
    """What is paused.

    everything: why no job is worked on now, as a sentence; None while jobs are.
    steps: the steps that are not begun now, and why.
    """

    everything: str | None
    steps: dict[str, str]

    def before(self, step: str) -> bool:
        """Whether this step may not be begun now."""
        return self.everything is not None or step in self.steps


_PAUSES = (
    select(Note.name, Note.value)
    .where(or_(Note.name.in_((PAUSED, PAUSED_BY_PAGE)), Note.name.startswith(PAUSED_STEP, autoescape=True)))
    .order_by(Note.name)
)


def pauses(engine: Engine) -> Pauses:
    """What is paused now, in one query: it is asked between the steps of every job."""
    with engine.connect() as connection:
        found = {name: str(value) for name, value in connection.execute(_PAUSES) if value}
    reasons = [found.pop(name) for name in (PAUSED, PAUSED_BY_PAGE) if name in found]
    return Pauses("; ".join(reasons) or None, {name.removeprefix(PAUSED_STEP): why for name, why in found.items()})


def moment(engine: Engine, name: str) -> datetime | None:
    """The time that a note holds, None when there is none."""
    value = read(engine, name)
    return datetime.fromisoformat(value) if value else None
