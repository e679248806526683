"""Measures what a reply costs beside so many jobs that are long finished: it should not grow.

Usage: python -m docs.measure.flat [--jobs 0 1000000] [--summonses N] [--on postgres]     (a table, to standard output)

The finished jobs are rows as retention leaves them, with photo, result, file and steps each; then the bot answers, one
job after the other, with the smallest pictures. Processor seconds include the database's and the sandbox's.
"""

import argparse
import tempfile
import time
from pathlib import Path

import psutil
import typer
from pydantic import SecretStr
from skimage import data as samples

from bot import logs
from bot.app.bot import Bot
from bot.demo.posts import BOT, PASSWORD, SUMMONED
from bot.demo.session import settings_for
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World
from bot.store.database import migrate, open_database
from tests.pictures import jpeg
from tests.postgres import running as running_postgres

_STAMPS = {"old": "'2026-01-01 10:00:00'", "now": f"'{time.strftime('%Y-%m-%d %H:%M:%S.000000', time.gmtime())}'"}
_SQLITE = {
    **_STAMPS,
    "numbers": "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {jobs})",
    "later": f"strftime('%Y-%m-%d %H:%M:%f', {_STAMPS['old']}, '+' || n || ' seconds')",
}
_POSTGRES = {
    **_STAMPS,
    "numbers": "WITH numbers AS (SELECT generate_series(1, {jobs}) AS n)",
    "later": f"timestamptz {_STAMPS['old']} + n * interval '1 second'",
}
_TABLES = {
    "jobs": (
        "id, summons, source, subreddit, post, title, body, permalink, received_at, stage, outcome, detail, attempts, "
        "deaths, not_before, finished_at, delivery, nsfw, reply, reply_permalink, replied_at, looked_at, "
        "removal_attempts, forgotten_at, claims",
        "n, 't1_f' || n, 'mention', 'sub' || (n % 200), 't3_f' || n, '', '', '', {later}, 'finish', 'colorized', '', "
        "0, 0, {later}, {later}, 'comment', false, 't1_r' || n, '', {later}, {now}, 0, {later}, 1",
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
    words = _POSTGRES if engine.dialect.name == "postgresql" else _SQLITE
    with engine.begin() as connection:
        for table, (columns, values) in _TABLES.items():
            numbers = words["numbers"].format(jobs=jobs)
            statement = f"{numbers} INSERT INTO {table} ({columns}) SELECT {values.format(**words)} FROM numbers"
            for _ in range(3 if table == "steps" else 1):
                connection.exec_driver_sql(statement.replace("%", "%%") if words is _POSTGRES else statement)
            if words is _POSTGRES:
                newest = f"(SELECT max(id) FROM {table})"
                connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {newest})")
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("VACUUM ANALYZE" if words is _POSTGRES else "ANALYZE")
    engine.dispose()


def seconds_a_reply(jobs: int, summonses: int, data: Path | None = None, server: str | None = None) -> float:
    """Processor seconds from the claim of a job to its end.

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
        running = Bot(settings.model_copy(update={"database_url": SecretStr(server)}) if server else settings)
        with running.opened():
            running.poll()
            _ = running.services.models
            before = time.process_time() + _of_server(data)
            while running.work():
                pass
            busy = time.process_time() + _of_server(data) - before
    assert len(world.replies_by(BOT)) == summonses
    return busy / summonses


def _of_server(data: Path | None) -> float:
    """Processor seconds of a server's processes so far, also of those that have ended."""
    if data is None:
        return 0.0
    main = psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))
    own, *others = [one.cpu_times() for one in (main, *main.children())]
    return own.children_user + own.children_system + sum(one.user + one.system for one in (own, *others))


def measured(jobs: int, summonses: int, on: str) -> float:
    """The same on a new database of that kind."""
    if on == "sqlite":
        return seconds_a_reply(jobs, summonses)
    with tempfile.TemporaryDirectory(prefix="colorizebot-postgres-") as made, running_postgres(Path(made)) as url:
        return seconds_a_reply(jobs, summonses, Path(made), url)


def main() -> None:
    """The table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, nargs="+", default=[0, 1_000_000])
    parser.add_argument("--summonses", type=int, default=8)
    parser.add_argument("--on", choices=("sqlite", "postgres"), default="sqlite")
    asked = parser.parse_args()
    logs.configure(level="ERROR")
    typer.echo("| finished jobs before | processor seconds a reply |\n|---:|---:|")
    for jobs in asked.jobs:
        typer.echo(f"| {jobs:,} | {measured(jobs, asked.summonses, asked.on):.3f} |")


if __name__ == "__main__":
    main()
