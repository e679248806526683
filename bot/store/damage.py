"""Damage in a database's files: which tables it is in, looked for when a page cannot be read, and noted for all.

Most of such a database can still be read, so that a bot may poll and look well while each job dies at one table.
"""

import math
import sqlite3
import threading
import time
from typing import Any, NamedTuple

import structlog
from sqlalchemy import Engine, event, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import SQLAlchemyError

from bot.store import damaged_pages, notes, trouble
from bot.store.database import WHAT_TO_DO, is_damage

NO_TABLE = "pages of no table"
"""What is named where the damage is in none."""

AGAIN_SECONDS = 600.0
"""A process looks again after so long if it still meets damage."""

_NOTE = "damage"

_STEPS = 10_000
"""Steps of SQLite's machine between two looks at the clock."""

log = structlog.get_logger("bot.store")


class Look(NamedTuple):
    """The tables whose rows or indexes are damaged, in order, and what could not be read in the time."""

    damaged: list[str]
    unread: list[str]


def look(engine: Engine, met: str = "", *, seconds: float = math.inf) -> Look:
    """Look for damage; notes the damaged tables, or that there is none.

    Reads the whole SQLite file; of a PostgreSQL database all rows, and it goes on naming the indexes that were found
    damaged by use, until they are made anew. met: what the server said of a statement that met damage. seconds: what
    is not read by then is left unread, and what was noted of it stays.
    Raises an error of SQLAlchemy's where not even the list of tables can be read.
    """
    if engine.dialect.name == "postgresql":
        found, unread = damaged_pages.look(engine, _read(engine), met, seconds)
        return Look(_noted(engine, found), unread)
    with engine.connect() as connection:
        names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")).all()
    sound = _is_sound(engine, "quick_check(1)", seconds)
    if sound is None:
        return Look(noted(engine), ["the SQLite file to its end"])
    damaged = [] if sound else [name for name in names if not _is_sound(engine, f"quick_check('{name}')")] or [NO_TABLE]
    return Look(_noted(engine, dict.fromkeys(damaged)), [])


def noted(engine: Engine) -> list[str]:
    """The tables that were found damaged when somebody looked last."""
    return sorted(_read(engine))


def _read(engine: Engine) -> dict[str, int | None]:
    """The same, each with the number of its file where only use shows the damage."""
    return dict(notes.read(engine, _NOTE) or {})


def _noted(engine: Engine, found: dict[str, int | None]) -> list[str]:
    try:
        if found != _read(engine):
            notes.write(engine, _NOTE, found or None)
    except SQLAlchemyError as error:  # the notes may be what is damaged, which is told all the same
        trouble.tell(log, "database_failed", error)
    return sorted(found)


def watch(engine: Engine) -> None:
    """From now on, look for damage as soon as a statement meets it: beside it, in a thread."""
    event.listen(engine, "handle_error", _Watch(engine).met)


class _Watch:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._not_before: dict[str | None, float] = {}

    def met(self, context: ExceptionContext) -> None:
        error = context.original_exception
        if not is_damage(error):
            return
        if getattr(error, "sqlite_errorname", "") == "SQLITE_NOTADB":
            return  # it has no tables to look at, and who opens it says so
        # A look at PostgreSQL's rows does not show all of them: each that a statement meets is told once.
        what = None if isinstance(error, sqlite3.Error) else damaged_pages.name_in(str(error))
        with self._lock:  # what the look itself meets comes here too
            if time.monotonic() < self._not_before.get(what, 0.0):
                return
            self._not_before[what] = time.monotonic() + AGAIN_SECONDS
        threading.Thread(target=self._look, args=(str(error),), name="damage", daemon=True).start()

    def _look(self, met: str) -> None:
        try:
            if tables := look(self._engine, met).damaged:
                log.error("database_damaged", tables=tables, todo=WHAT_TO_DO[self._engine.dialect.name])
        except SQLAlchemyError as error:
            trouble.tell(log, "database_failed", error)


def _is_sound(engine: Engine, check: str, seconds: float = math.inf) -> bool | None:
    """None where that is not known after so many seconds."""
    end = time.monotonic() + seconds
    try:
        with engine.connect() as connection:
            driver: Any = connection.connection.dbapi_connection
            driver.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
            try:
                return connection.exec_driver_sql(f"PRAGMA {check}").scalar() == "ok"
            finally:
                driver.set_progress_handler(None, 0)
    except SQLAlchemyError as error:
        said = getattr(error, "orig", None)
        if getattr(said, "sqlite_errorname", "") == "SQLITE_INTERRUPT":
            return None
        if is_damage(said):
            return False
        raise
