"""What the address of a database says, without opening it."""

from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

_FORMS = "postgresql://user:password@host/name, or sqlite:///FILE"


class WrongAddress(ValueError):
    """Text that is no address of a database that the bot can use; the message says why, without the password."""


def check(url: str) -> None:
    """Raises WrongAddress."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise WrongAddress(f"is not of the form {_FORMS}") from None
    if parsed.drivername not in {"sqlite", "postgresql", "postgresql+psycopg"}:
        raise WrongAddress(f"{parsed.drivername}:// is no database that the bot can use: write {_FORMS}")


def kind(url: str) -> str:
    """The kind of database, "sqlite" or "postgresql"."""
    return make_url(url).get_backend_name()


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite database; None for another kind."""
    return Path(make_url(url).database or "") if kind(url) == "sqlite" else None


def password_in(url: str) -> str | None:
    """The password, None when there is none."""
    password = make_url(url).password
    return None if password is None else str(password)


def with_timeout(url: str, seconds: int) -> str:
    """The address with a connection timeout in seconds, for PostgreSQL."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "postgresql" or "connect_timeout" in parsed.query:
        return url
    return parsed.update_query_dict({"connect_timeout": str(seconds)}).render_as_string(hide_password=False)
