"""Random kills and faults: `python -m tests.faults.soak --seed 7 --kills 2000`. The same seed throws the same dice.

Each trial has a few summonses. The bot is killed at random points and meets random faults until it was killed several
times; then it is started once more with nothing failing. On PostgreSQL two processes work side by side; with Celery a
process that dies is started again at once, and the broker is killed, emptied and stopped too.
"""

import argparse
import random
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count, islice
from pathlib import Path
from typing import Any

import typer
from sqlalchemy import text

from bot.store.database import open_database
from docs.measure.tables import write
from tests.broker.servers import RedisBroker
from tests.faults import fleet
from tests.faults.child import LATEST
from tests.faults.matrix import CALLS
from tests.faults.record import Record
from tests.faults.trial import Ended, Trial, table, trials
from tests.postgres import running

KINDS = {
    "sqlite": "SQLite",
    "postgres": "PostgreSQL, two processes",
    "celery": "PostgreSQL, Redis, one that polls and two workers of Celery's",
}
"""What a run is on."""

_HARMLESS = (408, 429, 500, 502, 503, 504, 520)
"""Statuses after which a summons may still be answered, at whichever call."""


def random_fault(dice: random.Random) -> dict[str, Any]:
    """One fault that costs nobody the answer."""
    what, (method, path) = dice.choice(list(CALLS.items()))
    at: dict[str, Any] = {"method": method, "path": path}
    action = dice.choice(("status", "drop", "delay", "store_then_status", "status_then_store"))
    if what == "fetching the photo" and action == "status":
        return {**at, "action": action, "status": dice.choice((429, 500, 502, 503, 504))}
    return {**at, "action": action, "status": dice.choice(_HARMLESS), "seconds": LATEST * dice.random()}


@contextmanager
def _server(wanted: bool) -> Iterator[str | None]:
    """The URL of a PostgreSQL server that ends with the block, or None."""
    if not wanted:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="colorizebot-postgres-") as folder, running(Path(folder)) as url:
        yield url


@contextmanager
def _database(server: str | None, seed: str) -> Iterator[str | None]:
    """An empty database on a PostgreSQL server, or None for SQLite."""
    if server is None:
        yield None
        return
    engine, name = open_database(server), f"soak_{seed.replace('-', '_')}"
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
        yield engine.url.set(database=name).render_as_string(hide_password=False)
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


def try_once(seed: str, server: str | None = None) -> tuple[int, Ended]:
    """One trial; returns how many kills and faults there were, and what it ended with."""
    dice = random.Random(seed)
    with _database(server, seed) as database, trials(mentions=2, scans=1, database=database) as trial:
        events = 0
        for _ in range(dice.randint(4, 9)):
            events += _add_faults(trial, dice)
            first = trial.start(dice.randint(1, 250))
            runs = [first]
            if server is not None:
                runs.append(replace(first, name="other", polls=False, kill_at=dice.randint(20, 200)))
            events += sum(code == -signal.SIGKILL for code in trial.run(*runs))
        return events, trial.finish()


def try_celery(seed: str, server: str) -> tuple[int, Ended]:
    """The same with a process that polls, a broker of its own and two workers of Celery's."""
    dice = random.Random(seed)
    with _database(server, seed) as database, trials(mentions=3, scans=2, database=database) as trial:
        broker = RedisBroker.on_loopback(trial.folder / "broker")
        broker.start()
        try:
            events = fleet.work(trial, broker, dice, dice.randint(8, 16), lambda: _add_faults(trial, dice))
        finally:
            broker.kill()
        return events, trial.finish()


def _add_faults(trial: Trial, dice: random.Random) -> int:
    number = dice.randint(0, 2)
    for _ in range(number):
        trial.world.faults.add(**random_fault(dice))
    return number


def main() -> int:
    """Trials until there were so many events; the status is 1 when anything went wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=2000, help="kills and faults together")
    parser.add_argument("--on", choices=KINDS, default="sqlite", help="PostgreSQL and Redis are servers of its own")
    parser.add_argument("--jobs", type=int, default=2, help="trials at once")
    parser.add_argument("--only", help="the seed of one trial, as it was printed")
    asked = parser.parse_args()
    record = Record(f"soak-{asked.on}-{asked.seed}")
    with _server(asked.on != "sqlite") as server:

        def trial(seed: str) -> tuple[int, Ended]:
            return try_celery(seed, server) if asked.on == "celery" and server else try_once(seed, server)

        if asked.only:
            typer.echo(trial(asked.only))
            return 0
        while _events(record) < asked.kills:
            names = (f"{asked.seed}-{number}" for number in count())
            new = [*islice((name for name in names if name not in record.trials), asked.jobs)]
            record.run(new, trial, asked.jobs)
    _write(record, asked.on, asked.seed)
    record.forget()
    return int(any(ended != Ended() for _, ended in record.trials.values()))


def _events(record: Record) -> int:
    return sum(events for events, _ in record.trials.values())


def _write(record: Record, kind: str, seed: int) -> None:
    """Put the row of this run into the document."""
    name = f"{KINDS[kind]}, seed {seed}: {_events(record)} kills and faults"
    sums = sum((ended for _, ended in record.trials.values()), Ended())
    write(f"soak-{kind}", table([(name, len(record.trials), sums)], "random run"))


if __name__ == "__main__":
    sys.exit(main())
