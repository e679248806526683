"""Copies of the SQLite database, made while the bot runs.

A copy is whole or not there at all: it is written under another name, checked, and renamed.
"""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import structlog

from bot.store import notes
from bot.store.database import Engine
from bot.store.jobs import now

_PAGES = 512
"""Pages between two reports of progress: 2 MiB."""

_FORM = "colorizebot-%Y%m%d-%H%M%S.sqlite"
_PATTERN = "colorizebot-????????-??????.sqlite"

Progress = Callable[[int, int], None]
"""Called with the pages that are copied and the pages in all."""

log = structlog.get_logger("bot.periodic.backups")


class BackupFailed(RuntimeError):
    """No copy was made; the message says why and what to do."""


def run(engine: Engine, folder: Path, *, every: timedelta, keep: int) -> Path | None:
    """Copy the database into the folder when the last copy is old enough; None when there was nothing to do.

    PostgreSQL has its own tools and is left to them.
    """
    last = notes.moment(engine, notes.LAST_BACKUP)
    if engine.dialect.name != "sqlite" or not every or (last is not None and now() - last < every):
        return None
    path = back_up(engine, named_now(folder))
    drop_old(folder, keep)
    log.info("backed_up", file=str(path), bytes=path.stat().st_size)
    return path


def named_now(folder: Path) -> Path:
    """Where a copy that is made now lies in that folder."""
    return folder / now().strftime(_FORM)


def back_up(engine: Engine, path: Path, progress: Progress | None = None) -> Path:
    """Copy the database to a file that must not be there yet. Raises BackupFailed."""
    if engine.dialect.name != "sqlite":
        raise BackupFailed(how_to_dump(engine))
    source = Path(engine.url.database or "")
    if not source.is_file():
        raise BackupFailed(f"there is no database {source} yet")
    if path.exists():
        raise BackupFailed(f"{path} is there already: name another file")
    partial = path.with_name(f"{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        os.close(os.open(partial, os.O_CREAT | os.O_WRONLY, 0o600))  # the session key is in it
        _copy(source, partial, progress)
        if fault := fault_of(partial):
            raise BackupFailed(f"the copy of {source} is damaged, and so perhaps is the database: {fault}")
        _rename(partial, path)
    except (OSError, sqlite3.Error) as error:
        raise BackupFailed(f"the database could not be copied to {path}: {error}") from error
    finally:
        partial.unlink(missing_ok=True)
    if notes.are_kept(engine):  # not before the upgrade that this copy may be for
        notes.write(engine, notes.LAST_BACKUP, now().isoformat())
    return path


def drop_old(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest copies of that folder; returns what was deleted. Other files stay."""
    old = sorted(folder.glob(_PATTERN))[:-keep]
    for path in old:
        path.unlink()
    return old


def fault_of(path: Path) -> str | None:
    """What SQLite finds wrong with a database file; None when it is sound."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            said = [row[0] for row in database.execute("PRAGMA integrity_check(3)")]
    except sqlite3.Error as error:
        return str(error)
    return None if said == ["ok"] else "; ".join(said)


def how_to_dump(engine: Engine) -> str:
    """What to do instead for PostgreSQL; the password is left out."""
    url = engine.url.set(drivername="postgresql")._replace(password=None).render_as_string()
    return f"the database is PostgreSQL: use its own tool, pg_dump --format=custom --file=FILE '{url}'"


def _copy(source: Path, target: Path, progress: Progress | None) -> None:
    with closing(sqlite3.connect(source)) as database, closing(sqlite3.connect(target)) as copy:
        # A read transaction over the whole copy: otherwise each write of the bot would make it start again.
        database.isolation_level = None
        database.execute("BEGIN")
        database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        tell = (lambda _, left, total: progress(total - left, total)) if progress else None
        database.backup(copy, pages=_PAGES, progress=tell)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a write-ahead log


def _rename(partial: Path, path: Path) -> None:
    """Rename and flush to disk: after a power cut the copy is there and whole, or not there."""
    _sync(partial, os.O_RDWR)
    partial.rename(path)
    _sync(path.parent, os.O_RDONLY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
