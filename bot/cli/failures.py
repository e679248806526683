"""What is outside the program and not as it should be, as one line: which setting it is about, and what to do."""

import sys

from bot.errors import SettingsError


def line_of(error: Exception) -> str | None:
    """The line for the operator; None for a fault of the program itself, whose traceback is wanted."""
    if isinstance(error, SettingsError):
        return str(error)
    if isinstance(error, OSError):
        return _of_file(error) if error.filename else None
    if "sqlalchemy" in sys.modules:  # otherwise nothing of the database can have failed, and it is slow to load
        from bot.store.database import DatabaseFailed, remedy_for

        if isinstance(error, DatabaseFailed):
            return remedy_for(error)
    return None


def _of_file(error: OSError) -> str:
    todo = "see data_dir, and who may write there; `colorizebot doctor` looks at the rest"
    return f"{error.filename} cannot be used: {error.strerror}; {todo}"
