"""Which tables of a PostgreSQL database are damaged: by reading their rows, and by what the server says of one."""

import math
import re
import time
from collections.abc import Mapping

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from bot.store.database import is_damage

_FILE = re.compile(r"""(?:relation|file) "?(?:base|pg_tblspc/(?P<space>\d+)/[^/]+)/\d+/(?P<file>\d+)""")
_INDEX = re.compile(r'index "(?P<name>[^"]+)"')
_LONG_VALUES = re.compile(r"\bpg_toast_(?P<table>\d+)\b")
_UNSEEN = re.compile(r"could not (?:read|open)")
"""What is said where a file is too short: reading all rows does not find that rows at its end are gone."""

_RELATION = text(
    """
    SELECT c.relkind, c.relname, pg_relation_filenode(c.oid) AS file, coalesce(own.relname, '') AS of_table
    FROM pg_class c
    LEFT JOIN pg_index i ON i.indexrelid = c.oid
    LEFT JOIN pg_class own ON own.oid = i.indrelid OR own.reltoastrelid IN (c.oid, i.indrelid)
    WHERE c.oid = coalesce(
        pg_filenode_relation(CAST(:space AS oid), CAST(:file AS oid)), to_regclass(:name), CAST(:table AS oid)
    )
    ORDER BY own.relkind = 't' LIMIT 1
    """
)
"""What a file, a name or a number belongs to: of values too long for a row, too, the table is named."""

_TABLES = text(
    "SELECT quote_ident(relname) FROM pg_class "
    "WHERE relkind = 'r' AND relnamespace = CAST(current_schema() AS regnamespace) "
    "ORDER BY pg_total_relation_size(oid)"
)
"""The smallest first: where time is short, few are left."""

_CANCELED = "57014"
"""PostgreSQL's code for a statement that took longer than it may."""

_INTERNAL = "XX000"
"""Its code for what should never be: where rows are only read, one that cannot be taken apart."""


def name_in(message: str) -> str | None:
    """The part of the server's message that names a file, an index or a table of long values; None where none does."""
    found = _FILE.search(message) or _INDEX.search(message) or _LONG_VALUES.search(message)
    return found[0] if found else None


def look(
    engine: Engine, noted: Mapping[str, int | None], met: str, seconds: float = math.inf
) -> tuple[dict[str, int | None], list[str]]:
    """The damaged tables, and "index NAME of TABLE"; each index with the number of its file, with which it was found.

    The second list are the tables that could not be read within so many seconds; what was noted of them stays.
    noted: what was found before; met: the server's message about a statement, "" for none. Raises SQLAlchemyError.
    """
    end = time.monotonic() + seconds
    with engine.connect() as connection:
        tables = connection.scalars(_TABLES).all()
        files = set(connection.scalars(text("SELECT pg_relation_filenode(oid) FROM pg_class")))
        found: dict[str, int | None] = {
            name: file for name, file in noted.items() if file is not None and file in files
        }
        found |= _named(connection, met)
    unread = []
    for table in tables:
        try:
            _read(engine, table, end - time.monotonic())
        except DBAPIError as error:
            code = getattr(error.orig, "sqlstate", None)
            if code == _CANCELED:
                unread.append(table)
                found |= {table: None} if table in noted else {}
            elif is_damage(error.orig) or code == _INTERNAL:
                with engine.connect() as connection:
                    found |= _named(connection, str(error.orig)) or {table: None}
            else:
                raise
    return found, unread


def _named(connection: Connection, met: str) -> dict[str, int | None]:
    """What the message names, if reading all rows would not find it."""
    said = {"space": "0", "file": None, "name": None, "table": None}
    for pattern in (_FILE, _INDEX, _LONG_VALUES):
        if found := pattern.search(met):
            said |= {key: value for key, value in found.groupdict().items() if value}
            break
    row = connection.execute(_RELATION, said).first()
    if row is None:
        return {}
    if row.relkind == "i" and row.of_table:
        return {f"index {row.relname} of {row.of_table}": row.file}
    return {row.of_table or row.relname: row.file} if _UNSEEN.search(met) else {}


def _read(engine: Engine, table: str, seconds: float) -> None:
    """Read all rows, with the values that are kept beside them. Raises DBAPIError, _CANCELED after so many seconds."""
    with engine.connect() as connection:
        if seconds < math.inf:
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = {max(1, int(1000 * seconds))}")
        connection.exec_driver_sql(f"SELECT count(CAST(t AS text)) FROM {table} t")  # noqa: S608 - quoted above
