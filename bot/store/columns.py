"""Types of columns, and the metadata that all tables share."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """Common metadata of all tables."""


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes in UTC, also on SQLite, which knows no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Refuse naive times: they would be read back shifted."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Give SQLite's naive times their zone back, and bring PostgreSQL's into UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Named(TypeDecorator[Any]):
    """A member of an enumeration, stored as its value.

    SQLAlchemy's own Enum refuses to read a value that it does not know. Here such a value, stored by a newer version
    of the bot that shares the database, is read as the text that it is.
    """

    impl = String
    cache_ok = True

    def __init__(self, kind: type[StrEnum], length: int) -> None:
        super().__init__(length)
        self.kind = kind
        self.length = length

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """The value of a member as plain text, which every driver takes."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> str | None:
        """The member of that value."""
        try:
            return None if value is None else self.kind(value)
        except ValueError:
            return value
