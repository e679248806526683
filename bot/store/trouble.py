"""Saying in the log that the database fails: in one line that says what to do, and not again and again."""

import threading
import time
from typing import Any

from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.store.database import is_damage, reason_of, remedy_for

SECONDS = 60.0
"""The same reason is said once in so many seconds, by whichever part of the process meets it first."""

_said: dict[str, float] = {}
_lock = threading.Lock()


def is_outage(error: BaseException) -> bool:
    """Whether the database itself fails: damaged, locked, full, or its server does not answer.

    Other errors of the database are faults of the program, whose traceback is wanted.
    """
    if is_damage(getattr(error, "orig", None)):
        return True
    # Not their subclasses, such as IntegrityError; SQLite calls a missing table an OperationalError too.
    return type(error) in {DatabaseError, InterfaceError, OperationalError, PoolTimeout} and "no such" not in str(error)


def tell(log: Any, event: str, error: SQLAlchemyError, **fields: object) -> None:
    """Log an outage by that event, once a minute; any other error with its traceback."""
    if not is_outage(error):
        log.error(event, **fields, exc_info=error)
        return
    reason, moment = reason_of(error), time.monotonic()
    with _lock:
        if moment - _said.get(reason, -SECONDS) < SECONDS:
            return
        _said[reason] = moment
    log.error(event, **fields, reason=remedy_for(error))
