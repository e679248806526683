"""Measures what a reply costs beside so many jobs that are long finished: it should not grow.

Usage: python -m docs.measure.flat [--jobs 0 1000000 10000000] [--summonses N] [--on sqlite postgres] [--write]
(a table; --write puts it into docs/reliability.md; ten million jobs need 12 GB in the folder of temporary files)
With --doctor another one, of how long `colorizebot doctor` reads such a database.

The finished jobs are rows as retention leaves them, with photo, result, file and steps each; then the bot starts,
answers, one job after the other, with the smallest pictures, and runs each periodic task but the backup twice, the
second time by the clock. Processor seconds include the database's and the sandbox's.
"""

import argparse
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil
import typer
from pydantic import SecretStr
from skimage import data as samples
from sqlalchemy import Engine

from bot import logs
from bot.app.bot import Bot
from bot.demo.posts import BOT, PASSWORD, SUMMONED
from bot.demo.session import settings_for
from bot.operations.machine_checks import READ_SECONDS
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World
from bot.store import damage
from bot.store.database import migrate, open_database
from docs.measure.tables import write
from tests.pictures import jpeg
from tests.postgres import running as running_postgres

AT_ONCE = 1_000_000
"""Jobs that are made in one transaction."""

_STAMPS = {"old": "'2026-01-01 10:00:00'", "now": f"'{time.strftime('%Y-%m-%d %H:%M:%S.000000', time.gmtime())}'"}
_SQLITE = {
    **_STAMPS,
    "numbers": "WITH RECURSIVE numbers(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM numbers WHERE n < {last})",
    "later": f"strftime('%Y-%m-%d %H:%M:%f', {_STAMPS['old']}, '+' || n || ' seconds')",
    "lately": f"strftime('%Y-%m-%d %H:%M:%f', {_STAMPS['now']}, '-' || n % 500000 || ' seconds')",
}
_POSTGRES = {
    **_STAMPS,
    "numbers": "WITH numbers AS (SELECT generate_series({first}, {last}) AS n)",
    "later": f"timestamptz {_STAMPS['old']} + n * interval '1 second'",
    "lately": f"timestamptz {_STAMPS['now']} - n % 500000 * interval '1 second'",
}
_TABLES = {
    "jobs": (
        "id, summons, source, subreddit, post, title, body, permalink, received_at, stage, outcome, detail, attempts, "
        "deaths, not_before, finished_at, delivery, nsfw, reply, reply_permalink, replied_at, looked_at, "
        "removal_attempts, forgotten_at, claims",
        "n, 't1_f' || n, 'mention', 'sub' || (n % 200), 't3_f' || n, '', '', '', {later}, 'finish', 'colorized', '', "
        "0, 0, {later}, {later}, 'comment', false, 't1_r' || n, '', {later}, {lately}, 0, {later}, 1",
    ),
    "hosted": ("id, host, key, url, bytes, created_at, attempts", "n, 'folder', 'old' || n, 'x', 9, {old}, 0"),
    "photos": (
        "id, job_id, number, url, fallbacks, verdict, fingerprint, comparison_id",
        "n, n, 1, '', '[]', 'grey', 'print' || n, NULL",
    ),
    "colourizations": ("id, photo_id, variant, settings, hosted_id", "n, n, 0, '{{}}', n"),
    "steps": ("job_id, stage, started_at, seconds, result, detail", "n, 'reply', {old}, 0.1, 'done', ''"),
}


def fill(url: str, jobs: int) -> None:
    """So many finished jobs in a database, whose tables are made."""
    engine = open_database(url)
    migrate(engine)
    for first in range(1, jobs + 1, AT_ONCE):
        _fill(engine, first, min(jobs, first + AT_ONCE - 1))
    if engine.dialect.name == "postgresql":  # which does it by itself; nobody does it in the bot's SQLite file
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()


def _fill(engine: Engine, first: int, last: int) -> None:
    """The jobs of these numbers, in one transaction."""
    words = _POSTGRES if engine.dialect.name == "postgresql" else _SQLITE
    with engine.begin() as connection:
        for table, (columns, values) in _TABLES.items():
            numbers = words["numbers"].format(first=first, last=last)
            statement = f"{numbers} INSERT INTO {table} ({columns}) SELECT {values.format(**words)} FROM numbers"
            for _ in range(3 if table == "steps" else 1):
                connection.exec_driver_sql(statement.replace("%", "%%") if words is _POSTGRES else statement)
            if words is _POSTGRES:
                newest = f"(SELECT max(id) FROM {table})"
                connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {newest})")


@dataclass(frozen=True)
class Cost:
    """In seconds: of the start, a reply (of processors, from the claim of a job to its end), and the periodic tasks."""

    start: float
    reply: float
    tasks: dict[str, float]

    def row(self) -> str:
        """Cells of the table."""
        longest = max(self.tasks, key=lambda name: self.tasks[name])
        tasks = f"{sum(self.tasks.values()):.2f} | {longest}: {self.tasks[longest]:.2f}"
        return f"{self.reply:.3f} | {self.start:.2f} | {tasks}"


def cost(jobs: int, summonses: int, data: Path | None = None, server: str | None = None) -> Cost:
    """Fill a database, start the bot and let it answer.

    data, server: the folder and the URL of an empty PostgreSQL server, whose processes count too; else SQLite.
    """
    world = World(calls_per_window=10_000_000)
    world.add_user(BOT, PASSWORD)
    for name in ("OldPhotos", SUMMONED, "YourPhotos"):
        world.add_subreddit(name)
    camera = samples.camera()
    for number in range(summonses):
        picture = jpeg(camera[number : number + 400, number : number + 400], (72, 64))
        post = world.post_image(SUMMONED, f"author{number}", "Attic", picture, "image/jpeg")
        world.comment(post.fullname, f"asker{number}", f"u/{BOT}")
    with Sandbox(world) as sandbox, tempfile.TemporaryDirectory() as folder:
        if jobs:
            fill(server or f"sqlite:///{Path(folder) / 'colorizebot.sqlite'}", jobs)
        settings = settings_for(sandbox.url, Path(folder))
        changes: dict[str, object] = {"backup": settings.backup.model_copy(update={"every_hours": 0})}
        if server:
            changes["database_url"] = SecretStr(server)
        running = Bot(settings.model_copy(update=changes))
        began = time.monotonic()
        with running.opened():
            start = time.monotonic() - began
            running.poll()
            _ = running.services.models
            before = time.process_time() + _of_server(data)
            while running.work():
                pass
            busy = time.process_time() + _of_server(data) - before
            tasks = {}
            for task in [*running.periodic.registry] * 2:
                began = time.monotonic()
                running.periodic.run(task)
                tasks[task.name] = time.monotonic() - began
    assert len(world.replies_by(BOT)) == summonses
    return Cost(start, busy / summonses, tasks)


def _of_server(data: Path | None) -> float:
    """Processor seconds of a server's processes so far, also of those that have ended."""
    if data is None:
        return 0.0
    main = psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))
    own, *others = [one.cpu_times() for one in (main, *main.children())]
    return own.children_user + own.children_system + sum(one.user + one.system for one in (own, *others))


def measured(jobs: int, summonses: int, on: str) -> Cost:
    """The same on a new database of that kind."""
    if on == "sqlite":
        return cost(jobs, summonses)
    with tempfile.TemporaryDirectory(prefix="colorizebot-postgres-") as made, running_postgres(Path(made)) as url:
        return cost(jobs, summonses, Path(made), url)


def doctored(jobs: int, on: str) -> str:
    """Cells of a table: how long the doctor reads a database of that kind to find damage, and what it leaves unread."""
    with tempfile.TemporaryDirectory(prefix="colorizebot-doctor-") as made, ExitStack() as stack:
        folder = Path(made)
        sqlite = f"sqlite:///{folder / 'colorizebot.sqlite'}"
        url = sqlite if on == "sqlite" else stack.enter_context(running_postgres(folder))
        fill(url, jobs)
        engine = open_database(url)
        began = time.monotonic()
        look = damage.look(engine, seconds=READ_SECONDS)
        seconds = time.monotonic() - began
        engine.dispose()
    assert look.damaged == []
    return f"{seconds:.1f} | {', '.join(look.unread) or 'nothing'}"


def main() -> None:
    """The table, to standard output and, if asked, into the page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, nargs="+", default=[0, 1_000_000])
    parser.add_argument("--summonses", type=int, default=40)
    parser.add_argument("--on", choices=("sqlite", "postgres"), nargs="+", default=["sqlite"])
    parser.add_argument("--doctor", action="store_true", help="only how long the doctor reads")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    logs.configure(level="ERROR")
    lines = (
        [
            "| database | finished jobs | read for, s | left unread |",
            "|---|---:|---:|---|",
        ]
        if asked.doctor
        else [
            "| database | finished jobs before | processor s a reply | start, s | periodic tasks, s | the longest, s |",
            "|---|---:|---:|---:|---:|---|",
        ]
    )
    typer.echo("\n".join(lines))
    for on in asked.on:
        for jobs in asked.jobs:
            cells = doctored(jobs, on) if asked.doctor else measured(jobs, asked.summonses, on).row()
            lines.append(f"| {on} | {jobs:,} | {cells} |")
            typer.echo(lines[-1])
            if asked.write:  # line by line: ten million jobs take a while
                write("doctor" if asked.doctor else "flat", "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
