"""Measures what a reply costs beside so many jobs that are long finished: it should not grow.

Usage: python -m docs.measure.flat [--jobs 0 1000000] [--summonses N]     (a table, to standard output)

The finished jobs are rows as retention leaves them, with photo, result, file and steps each; then the bot answers on
SQLite, one job after the other, with the smallest pictures. Processor seconds include the database's and the sandbox's.
"""

import argparse
import tempfile
import time
from pathlib import Path

import typer
from skimage import data as samples
from sqlalchemy import text

from bot import logs
from bot.app.bot import Bot
from bot.demo.posts import BOT, PASSWORD, SUMMONED
from bot.demo.session import settings_for
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World
from bot.store.database import migrate, open_database
from tests.pictures import jpeg

_NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :jobs)"
_OLD = "strftime('%Y-%m-%d %H:%M:%f', :old, '+' || n || ' seconds')"
_TABLES = {
    "jobs": (
        "id, summons, source, subreddit, post, title, body, permalink, received_at, stage, outcome, detail, attempts, "
        "deaths, not_before, finished_at, delivery, nsfw, reply, reply_permalink, replied_at, looked_at, "
        "removal_attempts, forgotten_at, claims",
        f"n, 't1_f' || n, 'mention', 'sub' || (n % 200), 't3_f' || n, '', '', '', {_OLD}, 'finish', 'colorized', '', "
        f"0, 0, {_OLD}, {_OLD}, 'comment', 0, 't1_r' || n, '', {_OLD}, :now, 0, {_OLD}, 1",
    ),
    "hosted": ("id, host, key, url, bytes, created_at, attempts", "n, 'folder', 'old' || n, 'x', 9, :old, 0"),
    "photos": (
        "id, job_id, number, url, fallbacks, verdict, fingerprint, comparison_id",
        "n, n, 1, '', '[]', 'grey', 'print' || n, NULL",
    ),
    "colourizations": ("id, photo_id, variant, settings, hosted_id", "n, n, 0, '{}', n"),
    "steps": ("job_id, stage, started_at, seconds, result, detail", "n, 'reply', :old, 0.1, 'done', ''"),
}


def fill(folder: Path, jobs: int) -> None:
    """So many finished jobs in the database of that folder."""
    engine = open_database(f"sqlite:///{folder / 'colorizebot.sqlite'}")
    migrate(engine)
    stamps = {"old": "2026-01-01 10:00:00", "now": time.strftime("%Y-%m-%d %H:%M:%S.000000", time.gmtime())}
    with engine.begin() as connection:
        for table, (columns, values) in _TABLES.items():
            statement = f"{_NUMBERS} INSERT INTO {table} ({columns}) SELECT {values} FROM numbers"
            wanted = {name: value for name, value in stamps.items() if f":{name}" in values}
            for _ in range(3 if table == "steps" else 1):
                connection.execute(text(statement), {"jobs": jobs, **wanted})
    with engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def seconds_a_reply(jobs: int, summonses: int) -> float:
    """Processor seconds from the claim of a job to its end."""
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
            fill(Path(folder), jobs)
        running = Bot(settings_for(sandbox.url, Path(folder)))
        with running.opened():
            running.poll()
            _ = running.services.models
            before = time.process_time()
            while running.work():
                pass
            busy = time.process_time() - before
    assert len(world.replies_by(BOT)) == summonses
    return busy / summonses


def main() -> None:
    """The table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, nargs="+", default=[0, 1_000_000])
    parser.add_argument("--summonses", type=int, default=8)
    asked = parser.parse_args()
    logs.configure(level="ERROR")
    typer.echo("| finished jobs before | processor seconds a reply |\n|---:|---:|")
    for jobs in asked.jobs:
        typer.echo(f"| {jobs:,} | {seconds_a_reply(jobs, asked.summonses):.3f} |")


if __name__ == "__main__":
    main()
