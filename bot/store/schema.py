"""Which migrations a database has had, and which ones this version of the bot knows."""

from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine

from bot.store.database import MIGRATIONS


def known() -> list[str]:
    """The revisions that this version can bring up to date, the newest first."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]


def revision_of(engine: Engine) -> str | None:
    """The database's revision; None when it has no tables of the bot."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def revision_in(file: Path) -> str | None:
    """The same of a SQLite file, which is not changed by being asked."""
    engine = create_engine(f"sqlite:///file:{file.resolve()}?mode=ro&uri=true")
    try:
        return revision_of(engine)
    finally:
        engine.dispose()
