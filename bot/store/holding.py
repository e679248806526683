"""Names in a PostgreSQL database that one process holds at a time, on whichever host.

A name is an advisory lock of a connection that is kept open for it. The server takes it back when that connection ends,
however the process or its host dies; it asks a silent connection every few seconds whether it is still there.
"""

import threading

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

_CLASS = 72_693_402  # the first of the lock's two numbers; the second comes from the name
_SIGNS_OF_LIFE = (
    "tcp_keepalives_idle = 10",
    "tcp_keepalives_interval = 5",
    "tcp_keepalives_count = 3",
    "tcp_user_timeout = 25000",  # the others do nothing while an answer is on its way
)


class Held:
    """A name that this process wants to hold. On SQLite, which is on one machine, it always does."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._name = name
        self._lock = threading.Lock()
        self._connection: Connection | None = None

    def try_hold(self) -> bool:
        """Whether this process holds the name, taking it where nobody else does. Any failure means no."""
        if self._engine.dialect.name != "postgresql":
            return True
        with self._lock:
            try:
                if self._connection is None:
                    return self._take()
                self._connection.execute(select(1))
            except SQLAlchemyError:
                self._drop()
                return False
            return True

    def let_go(self) -> None:
        """Give the name up."""
        with self._lock:
            self._drop()

    def _take(self) -> bool:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._connection = connection
        for setting in _SIGNS_OF_LIFE:
            connection.exec_driver_sql(f"SET {setting}")
        if connection.scalar(select(func.pg_try_advisory_lock(_CLASS, func.hashtext(self._name)))):
            return True
        self._drop()
        return False

    def _drop(self) -> None:
        if self._connection is not None:
            if not self._connection.invalidated:
                self._connection.detach()  # not back into the pool: the name goes with the connection
            self._connection.close()
            self._connection = None
