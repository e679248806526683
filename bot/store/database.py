"""Opening the database and bringing its tables up to date.

Other packages know SQLAlchemy by what this module passes on: `Engine`, which functions of the store are given, and
`DatabaseFailed`.
"""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine as Engine
from sqlalchemy import create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import SettingsError

_MIGRATION_LOCK = 7_072_693_402  # any number that no other program of the database uses
_DAMAGED = re.compile(r"not a database|malformed|corrupt", re.IGNORECASE)
"""What SQLite says of a damaged file."""

_DAMAGED_STATES = frozenset({"XX001", "XX002", "58030", "58P01"})
"""PostgreSQL's codes for damaged data, a damaged index, a disk that cannot be read, and a file that is gone."""

WHAT_TO_DO = {
    "sqlite": "stop the bot; `colorizebot restore FILE` puts a copy back",
    "postgresql": "stop the bot; REINDEX TABLE mends an index, for a table `pg_restore --clean --dbname=URL FILE` "
    "puts a dump back",
}
"""What to do about a damaged database, by its kind."""

_PACKAGED = Path(__file__).parent.parent / "migrations"
MIGRATIONS = _PACKAGED if _PACKAGED.is_dir() else Path(__file__).parents[2] / "migrations"
"""Inside the package when installed from a wheel, at the top of the repository otherwise."""

_SILENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
"""When a connection to PostgreSQL is given up on which nothing comes back, not even a sign of life: after 25 seconds.

Else a server's host that vanishes would keep a thread for as long as the system goes on sending: 15 minutes, or hours.
"""

DatabaseFailed = SQLAlchemyError
"""What every function of the store raises when the database does not answer, or not as it should."""


def reason_of(error: SQLAlchemyError) -> str:
    """What the database itself says of an error, in one line, without PostgreSQL's details: they quote whole rows."""
    said = getattr(error, "orig", None) or error
    return " ".join(str(getattr(getattr(said, "diag", None), "message_primary", None) or said).split())


def is_damage(error: BaseException | None) -> bool:
    """Whether a driver's error says that the database's files are damaged."""
    if isinstance(error, sqlite3.DatabaseError):
        return _DAMAGED.search(str(error)) is not None
    return getattr(error, "sqlstate", None) in _DAMAGED_STATES


def remedy_for(error: SQLAlchemyError) -> str:
    """One line that says what the database said, which setting it is about, and what to do."""
    reason, said = reason_of(error), getattr(error, "orig", None)
    if is_damage(said) and not isinstance(said, sqlite3.Error):
        return f"database_url: the database is damaged ({reason}): {WHAT_TO_DO['postgresql']}"
    if isinstance(said, sqlite3.Error):
        if is_damage(said):
            return f"the SQLite file below data_dir is damaged ({reason}): {WHAT_TO_DO['sqlite']}"
        return f"the SQLite file below data_dir cannot be used ({reason}): see who may write it and its folder"
    if "password" in reason:
        return f"database_url: the server refuses user and password: {reason}"
    if "does not exist" in reason:
        return f"database_url: {reason}: correct the name, or create it (createdb, createuser)"
    return f"database_url: the database does not answer: {reason}: is its server running, are host and port right?"


def open_database(url: str) -> Engine:
    """An engine for a SQLAlchemy URL; SQLite gets write-ahead logging, foreign keys and 15 seconds to wait for locks.

    A bare `postgresql://` means psycopg 3. What the URL says of keepalives and timeouts goes before what is usual here.
    Raises SettingsError when its folder or its driver is not there.
    """
    parsed = make_url(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite" and parsed.database not in {None, "", ":memory:"}:
        make_folder(Path(str(parsed.database)).parent)
    libpq = parsed.drivername.startswith("postgresql+psycopg")
    silence = {name: value for name, value in _SILENCE.items() if libpq and name not in parsed.query}
    ping = parsed.get_backend_name() != "sqlite"
    try:  # what a statement was given, such as names and what people wrote, stands in no error, and so in no log
        engine = create_engine(parsed, pool_pre_ping=ping, connect_args=silence, hide_parameters=True)
    except ImportError as error:
        todo = "pip install 'colorizebot[postgres]'"
        raise SettingsError(f"database_url: the driver for PostgreSQL is missing ({error}): {todo}") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    else:
        event.listen(engine, "handle_error", _drop_details)
    return engine


def _drop_details(context: ExceptionContext) -> None:
    """Leave of PostgreSQL's words their first line, in the error and in what SQLAlchemy makes of it.

    The lines DETAIL and CONTEXT quote rows, and tracebacks show them.
    """
    said = context.original_exception
    primary = getattr(getattr(said, "diag", None), "message_primary", None)
    if primary is None:
        return
    whole = str(said)
    for error in (said, context.sqlalchemy_exception):
        if error is not None:
            error.args = tuple(one.replace(whole, primary) if isinstance(one, str) else one for one in error.args)


def make_folder(folder: Path) -> None:
    """Make a folder for the bot's data. Raises SettingsError where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        todo = "set data_dir to a folder that the bot may write, or give it to the bot's user"
        raise SettingsError(f"data_dir: the folder {folder} cannot be made: {error.strerror}; {todo}") from error


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    wanted = ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=15000", "synchronous=NORMAL", "secure_delete=ON")
    for pragma in wanted:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def migrate(engine: Engine, revision: str = "head") -> None:
    """Run Alembic's migrations up to `revision`, all or nothing, one process at a time; none where all were run.

    Raises SettingsError when the tables are of a version that this one does not know.
    """
    if revision == "head" and _is_at_head(engine):
        return  # else each start would check the references of all rows there are
    with altering(engine) as config:
        try:
            command.upgrade(config, revision)
        except CommandError as error:
            said = f"the tables are of another version of the bot ({error})"
            raise SettingsError(f"{said}: install that version or a newer one") from error


def count_rows(engine: Engine) -> None:
    """Let SQLite look at a sample of each index, by which it chooses among them; PostgreSQL does so by itself.

    Without it a reply costs four times as much beside a million jobs. Takes a few hundredths of a second. What is open
    keeps the statistics with which it was opened, so connections that nobody uses now are closed.
    """
    if engine.dialect.name == "sqlite":
        with engine.begin() as connection:
            connection.exec_driver_sql("PRAGMA analysis_limit=1000")
            connection.exec_driver_sql("ANALYZE")
        engine.dispose()


def _is_at_head(engine: Engine) -> bool:
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == newest


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


@contextmanager
def altering(engine: Engine) -> Iterator[Config]:
    """What Alembic's commands need to alter the tables in one transaction, one process at a time.

    Raises RuntimeError, and leaves the database as it was, where rows would refer to nothing afterwards.
    """
    config = _config()
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "sqlite":
                # Python's driver would commit each CREATE TABLE by itself, and take no lock before the first.
                driver: Any = connection.connection.dbapi_connection
                driver.isolation_level = None
                # A table is altered by making it anew; dropping the old one would delete all rows that refer to it.
                connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
            config.attributes["connection"] = connection
            yield config
            if engine.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise RuntimeError("the migration would leave rows that refer to nothing; the database is as it was")
    finally:
        engine.dispose()  # the connection above is not in the driver's usual mode any more


def insert_new(engine: Engine, table: type[Any], row: Mapping[str, Any]) -> Any:
    """An INSERT ... ON CONFLICT DO NOTHING in the dialect of the database."""
    insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
    return insert(table).values(row).on_conflict_do_nothing()
