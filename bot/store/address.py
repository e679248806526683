"""What the address of a database says, without opening it."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

_THREE = "sqlite:///"
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

    if parsed.drivername == "sqlite":
        _check_sqlite(parsed)


def check_file(url: str) -> None:
    """Raises WrongAddress for a folder in the place of a SQLite file."""
    file = sqlite_file(url)
    if file is not None and file.is_dir():
        raise WrongAddress(f"{file} is a folder: name a file in it, {_THREE}{file / 'colorizebot.sqlite'}")


def _check_sqlite(parsed: URL) -> None:
    file = parsed.database or ""
    if parsed.host:
        raise WrongAddress(f"sqlite: has three slashes before a file: write {_THREE}{parsed.host}/{file}")
    if file in ("", ":memory:"):
        raise WrongAddress(f"names no file, and in memory nothing would last: write {_THREE}FILE")
    if file.startswith("~"):
        raise WrongAddress(f"{file} is not understood: write the whole path, such as {_THREE}/home/bot/bot.sqlite")
    if parsed.query:
        raise WrongAddress(f"takes no options with SQLite: write {_THREE}{file}")


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
