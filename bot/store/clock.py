"""The time that all processes agree on: the database's, where several hosts share it."""

from datetime import UTC, datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session


def now() -> datetime:
    """The present in UTC by this machine's clock."""
    return datetime.now(UTC)


def present(database: Session | Connection) -> datetime:
    """The present in UTC by the clock of a PostgreSQL server; SQLite is on this machine and has no other."""
    bind = database.get_bind() if isinstance(database, Session) else database
    if bind.dialect.name != "postgresql":
        return now()
    moment: datetime = database.execute(select(func.clock_timestamp())).scalar_one()
    return moment.astimezone(UTC)
