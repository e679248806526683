"""Random kills and faults: `python -m tests.faults.soak --seed 7 --kills 2000`. The same seed throws the same dice.

Each trial has a few summonses. The bot is killed at random points and meets random faults until it was killed several
times; then it is started once more with nothing failing. On PostgreSQL two processes work side by side; with Celery a
process that dies is started again at once, and the broker is killed, emptied and stopped too. With --native Reddit is
the host of pictures as well, and those calls meet faults too.
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
from tests.faults.matrix import CALLS, PICTURE_CALLS
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


def random_fault(dice: random.Random, *, native: bool = False) -> dict[str, Any]:
    """One fault that costs nobody the answer. native: or nobody the picture."""
    what, (method, path) = dice.choice(list((CALLS | (PICTURE_CALLS if native else {})).items()))
    at: dict[str, Any] = {"method": method, "path": path}
    action = dice.choice(("status", "drop", "delay", "store_then_status", "status_then_store"))
    if what == "fetching the photo" and action == "status":
        return {**at, "action": action, "status": dice.choice((429, 500, 502, 503, 504))}
    status, seconds = dice.choice(_HARMLESS), LATEST * dice.random()
    if what == "posting the picture" and "store" in action and status == 429:
        status = 503  # 429 is a no, after which another host gets the picture: nothing is stored then
    return {**at, "action": action, "status": status, "seconds": seconds}


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


def try_once(seed: str, server: str | None = None, *, native: bool = False) -> tuple[int, Ended]:
    """One trial; returns how many kills and faults there were, and what it ended with."""
    dice = random.Random(seed)
    with _database(server, seed) as database, trials(mentions=2, scans=1, database=database, native=native) as trial:
        events = 0
        for _ in range(dice.randint(4, 9)):
            events += _add_faults(trial, dice)
            first = trial.start(dice.randint(1, 250))
            runs = [first]
            if server is not None:
                runs.append(replace(first, name="other", polls=False, kill_at=dice.randint(20, 200)))
            events += sum(code == -signal.SIGKILL for code in trial.run(*runs))
        return events, trial.finish()


def try_celery(seed: str, server: str, *, native: bool = False) -> tuple[int, Ended]:
    """The same with a process that polls, a broker of its own and two workers of Celery's."""
    dice = random.Random(seed)
    with _database(server, seed) as database, trials(mentions=3, scans=2, database=database, native=native) as trial:
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
        trial.world.faults.add(**random_fault(dice, native=trial.native))
    return number


def main() -> int:
    """Trials until there were so many events; the status is 1 when anything went wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=2000, help="kills and faults together")
    parser.add_argument("--on", choices=KINDS, default="sqlite", help="PostgreSQL and Redis are servers of its own")
    parser.add_argument("--jobs", type=int, default=2, help="trials at once")
    parser.add_argument("--only", help="the seed of one trial, as it was printed")
    parser.add_argument("--native", action="store_true", help="Reddit is the host of pictures")
    asked = parser.parse_args()
    table_name = f"soak-{'native-' if asked.native else ''}{asked.on}"
    record = Record(f"{table_name}-{asked.seed}")
    with _server(asked.on != "sqlite") as server:

        def trial(seed: str) -> tuple[int, Ended]:
            if asked.on == "celery" and server:
                return try_celery(seed, server, native=asked.native)
            return try_once(seed, server, native=asked.native)

        if asked.only:
            typer.echo(trial(asked.only))
            return 0
        while _events(record) < asked.kills:
            names = (f"{asked.seed}-{number}" for number in count())
            new = [*islice((name for name in names if name not in record.trials), asked.jobs)]
            record.run(new, trial, asked.jobs)
    kind = KINDS[asked.on] + (", pictures at Reddit" if asked.native else "")
    _write(record, table_name, f"{kind}, seed {asked.seed}")
    record.forget()
    return int(any(ended != Ended() for _, ended in record.trials.values()))


def _events(record: Record) -> int:
    return sum(events for events, _ in record.trials.values())


def _write(record: Record, where: str, what: str) -> None:
    """Put the row of this run into the document."""
    name = f"{what}: {_events(record)} kills and faults"
    sums = sum((ended for _, ended in record.trials.values()), Ended())
    write(where, table([(name, len(record.trials), sums)], "random run"))


if __name__ == "__main__":
    sys.exit(main())
