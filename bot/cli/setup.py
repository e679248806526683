"""What the commands begin with: settings, logs, the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bot.errors import SettingsError

if TYPE_CHECKING:
    from bot.logs import Redactor
    from bot.settings import Settings
    from bot.store.database import Engine

console = Console(stderr=True)
Config = Annotated[Path | None, typer.Option(help="Settings file; colorizebot.toml in this folder by default.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Post, delete and mark nothing; say what would be posted.")]
OfDryRun = Annotated[bool, typer.Option("--dry-run", help="Of the last dry run, which has a database of its own.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def start(config: Path | None, *, dry_run: bool = False, level: str = "INFO") -> tuple["Settings", "Redactor"]:
    """Settings, and logs that hide their secrets. A dry run works in a folder and a database of its own."""
    from bot import logs
    from bot.settings import load_settings

    settings = load_settings(config)
    redactor = logs.configure(style=settings.log_format, secrets=settings.secrets(), level=level)
    return (settings.rehearsal() if dry_run or settings.work.dry_run else settings), redactor


@contextmanager
def database(config: Path | None) -> Iterator["Engine"]:
    """The database of the settings, with its tables up to date."""
    from bot.store.database import migrate, open_database

    engine = open_database(start(config)[0].database())
    migrate(engine)
    yield engine
    engine.dispose()


def of_last_run(settings: "Settings", *, dry_run: bool) -> "Settings":
    """The settings for a look at what the bot did: at the dry run when it is asked for, or when nothing else ran."""
    from bot.store import address

    rehearsal = settings if settings.work.dry_run else settings.rehearsal()
    real, pretended = (address.sqlite_file(one.database()) for one in (settings, rehearsal))
    only_pretended = real is not None and not real.is_file() and pretended is not None and pretended.is_file()
    if only_pretended and not dry_run:
        console.print("only a dry run has been made so far; this is what it did", highlight=False)
    return rehearsal if dry_run or only_pretended else settings


@contextmanager
def present_database(settings: "Settings", *, any_revision: bool = False) -> Iterator["Engine"]:
    """The database as it is: a look at it must not upgrade it under a bot that runs an older version.

    Raises SettingsError when there is none, or when its tables are of another version.
    """
    from bot.store import address, schema
    from bot.store.database import DatabaseFailed, open_database, remedy_for

    file = address.sqlite_file(settings.database())
    if file is not None and not file.is_file():
        raise SettingsError(f"there is no database {file} yet: is data_dir right? `colorizebot run` makes it")
    engine = open_database(settings.database())
    try:
        if not any_revision and (revision := schema.revision_of(engine)) != schema.known()[0]:
            raise SettingsError(f"the tables are of another version ({revision}); `colorizebot migrate` updates them")
        yield engine
    except DatabaseFailed as error:
        raise SettingsError(remedy_for(error)) from error
    finally:
        engine.dispose()
