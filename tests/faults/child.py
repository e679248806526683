"""A bot in a process of its own that kills itself at a given point: before or after a commit, or a call over HTTP."""

import itertools
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import requests.adapters
from sqlalchemy.engine.default import DefaultDialect

import bot.app.bot
from bot import logs
from bot.app import claims
from bot.demo.session import settings_for
from bot.hosting.folder import FolderHost
from bot.store import jobs

POINTS = "points.txt"
"""The file in which the points that were passed are listed, one a line."""

LAG = 3.0
"""What `work.lag_seconds` is in every run. What the sandbox stores late, it stores within LATEST seconds."""

LATEST = 1.0
"""Seconds after its answer by which the sandbox has stored what it stores late; well below LAG."""

LEASE = timedelta(seconds=8)
"""How long a claim outlives its process; shorter than the bot's own, so that a trial does not wait for minutes."""


@dataclass(frozen=True)
class Run:
    """One start of the bot.

    kill_at: the point at which it dies, by its number from 1, or the first of that name; None for none. polls: it reads
    the inbox; one that does not works until no job is open.
    """

    url: str
    folder: Path
    kill_at: int | str | None = None
    database: str | None = None
    name: str = "demo"
    polls: bool = True


class _Points:
    def __init__(self, run: Run) -> None:
        self._numbers = itertools.count(1)
        self._kill_at = run.kill_at
        self._log = (run.folder / POINTS).open("a")

    def pass_by(self, what: str) -> None:
        number = next(self._numbers)
        print(what, file=self._log, flush=True)
        if self._kill_at in {number, what}:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, owner: type, name: str, what: Callable[..., str]) -> None:
        """Make a point before and after each call of a method."""
        real = getattr(owner, name)

        def call(*args: Any, **options: Any) -> Any:
            label = what(*args, **options)
            self.pass_by(f"before {label}")
            result = real(*args, **options)
            self.pass_by(f"after {label}")
            return result

        setattr(owner, name, call)


def _request(_: object, request: requests.PreparedRequest, *__: object, **___: object) -> str:
    path = (request.path_url or "").partition("?")[0].rstrip("/")
    kind = "photo" if "/i.redd.it/" in path else path if path.startswith("/api/") else "read"
    return f"{request.method} {kind}"


@contextmanager
def _opened(run: Run) -> Iterator[bot.app.bot.Bot]:
    settings = settings_for(run.url, run.folder)
    work = settings.work.model_copy(update={"name": run.name, "lag_seconds": LAG, "retry_seconds": 0.05})
    changes: dict[str, Any] = {"work": work}
    if run.database is not None:
        changes["database_url"] = run.database
    settings = type(settings).model_validate(settings.model_dump() | {name: _plain(v) for name, v in changes.items()})
    running = bot.app.bot.Bot(settings)
    with running.opened(polling=run.polls):
        yield running


def _plain(value: Any) -> Any:
    return value.model_dump() if hasattr(value, "model_dump") else value


def main(run: Run) -> None:
    """Work until there is nothing left to do, or until killed. The process ends with status 0, or by SIGKILL."""
    sys.stdout = sys.stderr = (run.folder / f"log-{run.name}.txt").open("a")
    logs.configure(level="INFO")
    jobs.LEASE, claims.RENEWED_EVERY = LEASE, LEASE.total_seconds() / 4
    points = _Points(run)
    points.around(DefaultDialect, "do_commit", lambda *_: "commit")
    points.around(requests.adapters.HTTPAdapter, "send", _request)
    points.around(FolderHost, "upload", lambda *_: "upload")
    with _opened(run) as running:
        if run.polls:
            running.drain()
        while jobs.count_open(running.engine):
            if not running.work():
                time.sleep(0.1)
