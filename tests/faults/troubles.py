"""Troubles of the machine, the database and the network, each under a bot that is at work, and each with an end.

`python -m tests.faults.matrix` tries them; those that need root end with an error for other users.
"""

import contextlib
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import make_url, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.store.database import altering, migrate
from bot.store.tables import Step
from colorizer.catalogue import weights_path
from tests import postgres
from tests.broker.servers import Broker, RedisBroker
from tests.faults.child import POINTS
from tests.faults.fleet import is_done
from tests.faults.network import Island, island
from tests.faults.trial import Ended, Trial, started, status_of, trials
from tests.patience import wait_until

BEFORE_NEWEST = "20261126_announced"
"""A revision of the tables from which the newest one is reached."""

DOWN_SECONDS = 3.0
"""For how long a database is away: longer than a bot waits between two looks, shorter than a claim lasts."""

LOCKED_SECONDS = 20.0
"""For how long a database is locked: longer than SQLite waits for a lock, and than a claim lasts here."""

CUT_SECONDS = (12.0, 40.0)
"""For how long a network is cut: longer than a claim lasts here, and than either side waits for the other."""


@dataclass(frozen=True)
class Trouble:
    """kind: its row in the table. take_place: makes a trial, has the trouble come and go, and looks what came of it."""

    name: str
    kind: str
    take_place: Callable[[], Ended]


def troubles() -> Iterator[Trouble]:
    """All of them."""
    kind = "weights that are missing or damaged"
    for words, content in _WEIGHTS.items():
        yield Trouble(f"weights: {words}", kind, partial(_weights, content))
    for folder, words in (("results", "hosted pictures"), ("jobs", "jobs at work")):
        name = f"the disk of {words} is full"
        yield Trouble(name, "a full disk", partial(_disk, folder))
    for how in ("fast", "immediate"):
        for point in ("after GET photo", "after POST /api/comment"):
            name = f"PostgreSQL restarted ({how}) {point}"
            yield Trouble(name, "PostgreSQL restarted under a running bot", partial(_restart, how, point))
    for server, words in ((False, "SQLite"), (True, "PostgreSQL")):
        for point in ("after GET photo", "after POST /api/comment"):
            name = f"{words} locked {point}"
            yield Trouble(name, "a database that another program locks", partial(_lock, server, point))
    for kept in (True, False):
        for server in (False, True):
            name = f"{'PostgreSQL' if server else 'SQLite'} migrated {'at once' if kept else 'in two steps'}"
            yield Trouble(name, "tables migrated under a running bot", partial(_migrate, kept, server))
    for what in ("broker", "database"):
        for seconds in CUT_SECONDS:
            name = f"the network to the {what} cut for {seconds:.0f} s"
            yield Trouble(name, "the network cut between workers and broker or database", partial(_cut, what, seconds))


_WEIGHTS: dict[str, Callable[[bytes], bytes | None]] = {
    "missing": lambda _: None,
    "empty": lambda _: b"",
    "cut short": lambda whole: whole[: len(whole) // 2],
    "other bytes": lambda whole: whole[:1000] + bytes(len(whole) - 1000),
}


def _weights(content: Callable[[bytes], bytes | None]) -> Ended:
    """The bot does not start, says why, and touches no summons; with whole weights it answers."""
    with trials() as trial:
        whole, path = weights_path("compact").read_bytes(), trial.folder / "model.safetensors"
        if (broken := content(whole)) is not None:
            path.write_bytes(broken)
        start = replace(trial.start(), stays=True, weights=path)
        process = started(start)
        wait_until(lambda: status_of(process) is not None)
        log = (trial.folder / f"log-{start.name}.txt").read_text()
        assert status_of(process) == 1, f"it did not refuse to start, see {trial.folder}"
        assert "colorizer.weights" in log, log
        assert str(path) in log, log
        path.write_bytes(whole)
        with _at_work(trial, weights=path):
            pass
        return trial.finish()


def _disk(name: str) -> Ended:
    """A folder of the bot's lies on a full disk until a step has failed there."""
    with trials() as trial, _small_disk(trial.folder / name) as folder:
        filler = folder / "filler"
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
        with _at_work(trial):
            wait_until(partial(_has_said, trial, "No space left"))
            filler.unlink()
        return trial.finish()


@contextlib.contextmanager
def _small_disk(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def _has_said(trial: Trial, words: str) -> bool:
    """Whether a step failed for a reason with these words."""
    return any(words in detail for detail in _details(trial))


def _details(trial: Trial) -> list[str]:
    engine = trial.open_database()
    try:
        with Session(engine) as session:
            return list(session.scalars(select(Step.detail).where(Step.result == "later")))
    except SQLAlchemyError:  # there are no tables yet
        return []
    finally:
        engine.dispose()


def _restart(how: str, point: str) -> Ended:
    """The server goes down once a point is passed, and comes back."""
    with _server() as (folder, url), trials(database=url) as trial:
        with _at_work(trial):
            _passed(trial, point)
            with postgres.stopped(folder, how):
                time.sleep(DOWN_SECONDS)
        return trial.finish()


def _lock(server: bool, point: str) -> Ended:
    """Another program holds a lock beside which nobody can write, once a point is passed."""
    with _server() if server else contextlib.nullcontext((None, None)) as (_, url), trials(database=url) as trial:
        with _at_work(trial):
            _passed(trial, point)
            engine = trial.open_database()
            with engine.connect() as connection:
                held = "LOCK TABLE jobs, steps IN ACCESS EXCLUSIVE MODE" if server else "BEGIN EXCLUSIVE"
                connection.exec_driver_sql(held)
                time.sleep(LOCKED_SECONDS)
                connection.rollback()
            engine.dispose()
        return trial.finish()


def _migrate(at_once: bool, server: bool) -> Ended:
    """The tables become those of the version before and again those of this one, while a photo is being coloured."""
    with _server() if server else contextlib.nullcontext((None, None)) as (_, url), trials(database=url) as trial:
        with _at_work(trial):
            _passed(trial, "after GET photo")
            engine = trial.open_database()
            if at_once:
                with altering(engine) as config:
                    command.downgrade(config, BEFORE_NEWEST)
                    command.upgrade(config, "head")
            else:
                with altering(engine) as config:
                    command.downgrade(config, BEFORE_NEWEST)
                time.sleep(DOWN_SECONDS)
                migrate(engine)
            engine.dispose()
        return trial.finish()


def _cut(what: str, seconds: float) -> Ended:
    """One that polls and two workers of Celery's; the cable to one of their servers is pulled while they work."""
    with _server() as (folder, url), joined() as islands, trials(mentions=2, database=url) as trial:
        redis = RedisBroker.at(islands["broker"].address, trial.folder / "broker", islands["broker"].inside)
        trial.database, relay = _relayed(islands["database"], folder, url, trial.folder / "relay")
        with contextlib.ExitStack() as stack:
            for server in (redis, relay):
                server.start()
                stack.callback(server.kill)
            workers = [{"name": name, "polls": False} for name in ("one", "two")]
            with _at_work(trial, {}, *workers, broker=redis.url):
                _passed(trial, "after GET photo")
                with islands[what].cut():
                    time.sleep(seconds)
            return trial.finish()


@contextlib.contextmanager
def joined() -> Iterator[dict[str, Island]]:
    """A network for each server."""
    with island() as broker, island() as database:
        yield {"broker": broker, "database": database}


def _relayed(place: Island, data: Path, url: str, folder: Path) -> tuple[str, Broker]:
    """The URL of a PostgreSQL server, which listens at a socket of the file system, within that network; the relay."""
    # A silent client is asked for signs of life, as the bot wants it of the server, which sees the relay alone.
    alive = "keepalive,keepidle=10,keepintvl=5,keepcnt=3,setsockopt-int=6:18:25000"  # the last is TCP_USER_TIMEOUT
    command = [*place.inside, "socat", f"TCP-LISTEN:5432,bind={place.address},fork,reuseaddr,{alive}"]
    relay = Broker([*command, f"UNIX-CONNECT:{data}/.s.PGSQL.5432"], folder, f"tcp://{place.address}:5432")
    return make_url(url).set(host=place.address, port=5432, query={}).render_as_string(hide_password=False), relay


@contextlib.contextmanager
def _server() -> Iterator[tuple[Path, str]]:
    """A PostgreSQL server of the trial's own: its folder and its URL."""
    with tempfile.TemporaryDirectory(prefix="colorizebot-postgres-") as made:
        folder = Path(made)
        with postgres.running(folder) as url:
            yield folder, url


@contextlib.contextmanager
def _at_work(trial: Trial, *each: dict[str, Any], **all_of_them: Any) -> Iterator[None]:
    """Bots that work, one that polls unless others are named; when the block ends, every summons has to get done."""
    runs = [replace(trial.start(), stays=True, **all_of_them, **one) for one in each or ({},)]
    processes, engine = [started(run) for run in runs], trial.open_database()

    def done() -> bool:
        assert all(status_of(one) is None for one in processes), f"a bot ended by itself, see {trial.folder}"
        return is_done(engine, len(trial.asked))

    try:
        yield
        wait_until(done)
    finally:
        engine.dispose()
        for process in processes:
            process.terminate()
        for process in processes:
            trial.ended(process)


def _passed(trial: Trial, point: str) -> None:
    path = trial.folder / POINTS
    wait_until(lambda: path.exists() and point in path.read_text())
