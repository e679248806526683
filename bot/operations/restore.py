"""Putting a copy in the place of the SQLite database."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from pathlib import Path

from bot.app.lock import AlreadyRunning, only_process
from bot.periodic.backups import fault_of
from bot.settings import Settings, SettingsError
from bot.store import address, schema
from bot.store.database import DatabaseFailed, reason_of
from bot.store.jobs import now

_LOGS = ("-wal", "-shm")
"""What SQLite keeps beside a database; a new database must not find an old one's."""


def restore(settings: Settings, copy: Path) -> Path | None:
    """Put the copy in place and keep what was there; returns where that is now, None when nothing was there.

    Raises SettingsError when a bot runs on the database, or when the copy is not a sound database of this bot.
    """
    check(settings, copy)
    database = address.sqlite_file(settings.database()) or Path()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with _no_worker_runs(settings.data_dir, settings.work.name):
        _no_reader_has_it_open(database)
        database.parent.mkdir(parents=True, exist_ok=True)
        new = database.with_name(f"{database.name}.restoring")
        shutil.copyfile(copy, new)
        new.chmod(0o600)
        if fault := fault_of(new):
            new.unlink()
            raise SettingsError(f"the copy of {copy} came out damaged: {fault}")
        kept = _put_aside(database)
        new.rename(database)
    return kept


def check(settings: Settings, copy: Path) -> None:
    """Raises SettingsError when the file is not a sound database that this version of the bot understands."""
    if address.sqlite_file(settings.database()) is None:
        raise SettingsError("the database is PostgreSQL: use its own tool, pg_restore --clean --dbname=URL FILE")
    if not copy.is_file():
        what = "that is a folder: name a copy in it" if copy.is_dir() else "`colorizebot backup` makes copies"
        raise SettingsError(f"there is no file {copy}; {what}")
    if fault := fault_of(copy):
        raise SettingsError(f"{copy} is not a sound SQLite database, so name another copy: {fault}")
    try:
        revision = schema.revision_in(copy)
    except DatabaseFailed as error:
        raise SettingsError(f"{copy} cannot be read: {reason_of(error)}") from error
    if revision is None:
        raise SettingsError(
            f"{copy} is not a database of this bot: it has no tables of it; name a copy that `colorizebot backup` made"
        )
    if revision not in schema.known():
        raise SettingsError(f"{copy} was written by another version of the bot (revision {revision}): install that one")


@contextmanager
def _no_worker_runs(data_dir: Path, name: str) -> Iterator[None]:
    """Hold the lock of every worker of the folder, so that none runs and none starts meanwhile."""
    with ExitStack() as stack:
        for path in sorted({*data_dir.glob("worker-*.lock"), data_dir / f"worker-{name}.lock"}):
            try:
                stack.enter_context(only_process(path))
            except AlreadyRunning:
                raise SettingsError(f"a bot runs on {data_dir} ({path.name}): stop it first") from None
        yield


def _no_reader_has_it_open(database: Path) -> None:
    """Raises SettingsError when another process, such as `colorizebot web`, has the database open.

    Leaving the write-ahead log needs the database for oneself alone; it also moves what the log still holds into the
    file that is about to be kept.
    """
    if not database.is_file():
        return
    try:
        with closing(sqlite3.connect(database, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise SettingsError(f"another process has {database} open: stop it first") from error
    except sqlite3.DatabaseError:
        return  # damaged: that may be why it is to be replaced


def _put_aside(database: Path) -> Path | None:
    if not database.exists():
        return None
    moment = now()
    while (kept := database.with_name(f"{database.name}.replaced-{moment:%Y%m%d-%H%M%S}")).exists():
        moment += timedelta(seconds=1)
    for end in ("", *_LOGS):
        beside = database.with_name(database.name + end)
        if beside.exists():
            beside.rename(kept.with_name(kept.name + end))
    return kept
