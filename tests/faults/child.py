"""A bot in a process of its own that kills itself at a given point: before or after a commit, or a call over HTTP.

With a broker it is one of several: `run`, which polls, or a worker of Celery's.
"""

import faulthandler
import itertools
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests.adapters
import time_machine
from sqlalchemy.engine.default import DefaultDialect

import bot.app.bot
from bot import logs
from bot.app import claims
from bot.app.bot import Bot
from bot.app.celery_worker import celery_with_tasks
from bot.demo.session import settings_for
from bot.hosting.folder import FolderHost
from bot.hosting.imgur import ImgurHost
from bot.hosting.native import NativeHost
from bot.hosting.s3 import S3Host
from bot.logs import Redactor
from bot.settings import Settings
from bot.store import announcing, jobs
from tests.processes import end_with_parent

POINTS = "points.txt"
"""The file in which the points that were passed are listed, one a line."""

LAG = 3.0
"""What `work.lag_seconds` is in every run. What the sandbox stores late, it stores within LATEST seconds."""

LATEST = 1.0
"""Seconds after its answer by which the sandbox has stored what it stores late; well below LAG."""

LEASE = timedelta(seconds=8)
"""How long a claim outlives its process; shorter than the bot's own, so that a trial does not wait for minutes."""


AGAIN = timedelta(seconds=1.5)
"""After how long a job that nobody has taken up is announced again."""

IDLE = 0.2
"""Seconds until the bot looks again at an inbox that could not be read; its own are longer."""


@dataclass(frozen=True)
class Run:
    """One start of the bot.

    kill_at: the point at which it dies, by its number from 1, or the first of that name; None for none. polls: it reads
    the inbox; one that does not works until no job is open. broker: its address; such a bot works until it is told to
    stop, and one that does not poll is a worker of Celery's. stays: it works until it is told to stop without a broker
    too, and looks first whether it has what it needs. hosting: its section of the settings. weights: its model's file.
    set_at: the first point of that name sets the clock of the machine by `set_by`.
    """

    url: str
    folder: Path
    kill_at: int | str | None = None
    database: str | None = None
    name: str = "demo"
    polls: bool = True
    broker: str | None = None
    stays: bool = False
    weights: Path | None = None
    hosting: dict[str, Any] = field(default_factory=dict)
    set_at: str | None = None
    set_by: timedelta = timedelta(0)


class _Points:
    def __init__(self, run: Run) -> None:
        self._numbers = itertools.count(1)
        self._kill_at = run.kill_at
        self._set_at, self._set_by = run.set_at, run.set_by
        self._log = (run.folder / POINTS).open("a")

    def pass_by(self, what: str) -> None:
        number = next(self._numbers)
        print(what, file=self._log, flush=True)
        if self._kill_at in {number, what}:
            os.kill(os.getpid(), signal.SIGKILL)
        if self._set_at == what:
            self._set_at = None
            time_machine.travel(datetime.now(UTC) + self._set_by, tick=True).start()

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
    named = path.startswith("/api/") or request.method == "POST"
    kind = "photo" if "/i.redd.it/" in path else path if named else "read"
    return f"{request.method} {kind}"


def _settings(run: Run) -> Settings:
    settings = settings_for(run.url, run.folder)
    values = settings.model_dump()
    values["work"] |= {"name": run.name, "lag_seconds": LAG, "retry_seconds": 0.05, "broker": run.broker}
    values["database_url"] = run.database
    values["hosting"] |= run.hosting
    if run.weights is not None:
        values["colorizer"]["weights"] = str(run.weights)
    if run.broker is not None or run.stays:
        values["reddit"]["poll_seconds"] = 1
    return Settings.model_validate(values)


def main(run: Run) -> None:
    """Work until there is nothing left to do, or until killed. The process ends with status 0, or by SIGKILL."""
    end_with_parent()
    faulthandler.register(signal.SIGUSR1)  # what its threads are at, for the log
    with (run.folder / f"log-{run.name}.txt").open("a") as output:
        os.dup2(output.fileno(), sys.stdout.fileno())
        os.dup2(output.fileno(), sys.stderr.fileno())
    logs.configure(level="INFO")
    jobs.LEASE, claims.RENEWED_EVERY, bot.app.bot.IDLE_SECONDS = LEASE, LEASE.total_seconds() / 4, IDLE
    announcing.AGAIN = AGAIN
    points = _Points(run)
    points.around(DefaultDialect, "do_commit", lambda *_: "commit")
    points.around(requests.adapters.HTTPAdapter, "send", _request)
    for host in (FolderHost, S3Host, ImgurHost, NativeHost):
        points.around(host, "upload", lambda *_: "upload")
    if run.broker is None and not run.stays:
        work_through(run)
    elif run.polls:
        running = Bot(_settings(run))
        running.services.check()
        with running.opened():
            running.run()
    else:
        _work_for_celery(_settings(run))


def _work_for_celery(settings: Settings) -> None:
    app = celery_with_tasks(settings, Redactor(settings.secrets()))
    app.worker_main(["worker", "--hostname", f"{settings.work.name}@here", "--without-mingle", "--without-gossip"])


def work_through(run: Run) -> None:
    """Work in this process until there is nothing left to do."""
    running = Bot(_settings(run))
    with running.opened(polling=run.polls):
        if run.polls:
            running.drain()
        while jobs.count_open(running.engine):
            if not running.work():
                time.sleep(0.1)
