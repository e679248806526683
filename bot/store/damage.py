"""Damage in a SQLite file: which tables it is in, looked for when a page cannot be read and noted for every process.

Most of such a file can still be read, so that a bot may poll and look well while each job dies at one table.
"""

import sqlite3
import threading
import time

import structlog
from sqlalchemy import Engine, event, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import SQLAlchemyError

from bot.store import notes, trouble
from bot.store.database import DAMAGED

WHAT_TO_DO = "stop the bot; `colorizebot restore FILE` puts a copy back"

NO_TABLE = "pages of no table"
"""What is named where the damage is in none."""

AGAIN_SECONDS = 600.0
"""A process looks again after so long if it still meets damage."""

_NOTE = "damaged_tables"

log = structlog.get_logger("bot.store")


def look(engine: Engine) -> list[str]:
    """The tables whose rows or indexes are damaged, in order; notes them, or that there is none.

    Reads the whole file. Raises an error of SQLAlchemy's where not even its list of tables can be read.
    """
    with engine.connect() as connection:
        names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")).all()
    found = []
    if not _is_sound(engine, "quick_check(1)"):
        found = [name for name in names if not _is_sound(engine, f"quick_check('{name}')")] or [NO_TABLE]
    if found or noted(engine):
        notes.write(engine, _NOTE, found or None)
    return found


def noted(engine: Engine) -> list[str]:
    """The tables that were found damaged when somebody looked last."""
    return [str(name) for name in notes.read(engine, _NOTE) or ()]


def watch(engine: Engine) -> None:
    """From now on, look for damage as soon as a statement meets it: beside it, in a thread."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "handle_error", _Watch(engine).met)


class _Watch:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._not_before = float("-inf")

    def met(self, context: ExceptionContext) -> None:
        error = context.original_exception
        if not isinstance(error, sqlite3.DatabaseError) or not DAMAGED.search(str(error)):
            return
        if getattr(error, "sqlite_errorname", "") == "SQLITE_NOTADB":
            return  # it has no tables to look at, and who opens it says so
        with self._lock:  # what the look itself meets comes here too
            if time.monotonic() < self._not_before:
                return
            self._not_before = time.monotonic() + AGAIN_SECONDS
        threading.Thread(target=self._look, name="damage", daemon=True).start()

    def _look(self) -> None:
        try:
            if tables := look(self._engine):
                log.error("database_damaged", tables=tables, todo=WHAT_TO_DO)
        except SQLAlchemyError as error:
            trouble.tell(log, "database_failed", error)


def _is_sound(engine: Engine, check: str) -> bool:
    try:
        with engine.connect() as connection:
            return connection.exec_driver_sql(f"PRAGMA {check}").scalar() == "ok"
    except SQLAlchemyError as error:
        if DAMAGED.search(str(error)):
            return False
        raise
