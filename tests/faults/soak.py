"""Random kills and faults: `python -m tests.faults.soak --seed 7 --kills 2000`. The same seed throws the same dice.

Each trial has a few summonses. The bot is killed at random points and meets random faults until it was killed several
times; then it is started once more with nothing failing. On PostgreSQL two processes work side by side.
"""

import argparse
import random
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import typer
from sqlalchemy import text

from bot.store.database import open_database
from tests.faults.child import LATEST
from tests.faults.matrix import CALLS, write
from tests.faults.trial import Ended, table, trials

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
def _database(server: str | None, number: int) -> Iterator[str | None]:
    """An empty database on a PostgreSQL server, or None for SQLite."""
    if server is None:
        yield None
        return
    engine = open_database(server)
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS soak{number} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE soak{number}"))
        yield engine.url.set(database=f"soak{number}").render_as_string(hide_password=False)
        connection.execute(text(f"DROP DATABASE soak{number} WITH (FORCE)"))
    engine.dispose()


def try_once(seed: str, server: str | None = None, number: int = 0) -> tuple[int, Ended]:
    """One trial; returns how many kills and faults there were, and what it ended with."""
    dice = random.Random(seed)
    with _database(server, number) as database, trials(mentions=2, scans=1, database=database) as trial:
        events = 0
        for _ in range(dice.randint(2, 5)):
            for _ in range(dice.randint(0, 2)):
                trial.world.faults.add(**random_fault(dice))
                events += 1
            first = trial.start(dice.randint(1, 250))
            runs = [first]
            if server is not None:
                runs.append(replace(first, name="other", polls=False, kill_at=dice.randint(20, 200)))
            events += sum(code == -signal.SIGKILL for code in trial.run(*runs))
        return events, trial.finish()


def main() -> int:
    """Trials until there were so many events; the status is 1 when anything went wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=2000, help="kills and faults together")
    parser.add_argument("--server", help="URL of a PostgreSQL server; SQLite without")
    parser.add_argument("--only", help="the seed of one trial, as it was printed")
    asked = parser.parse_args()
    if asked.only:
        typer.echo(try_once(asked.only, asked.server))
        return 0
    events, count, sums = 0, 0, Ended()
    while events < asked.kills:
        seed = f"{asked.seed}-{count}"
        more, ended = try_once(seed, asked.server, count)
        events, count, sums = events + more, count + 1, sums + ended
        typer.echo(f"{seed} {events} {ended}")
    kind = "PostgreSQL, two processes" if asked.server else "SQLite"
    name = f"{kind}, seed {asked.seed}: {events} kills and faults"
    write("soak-postgres" if asked.server else "soak", table([(name, count, sums)], "random run"))
    return int(sums != Ended())


if __name__ == "__main__":
    sys.exit(main())
