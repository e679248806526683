"""Measures how long people wait who ask while many posts wait that nobody asked about.

Usage: python -m docs.measure.behind [--posts N] [--mentions N]     (a line, to standard output)

The sandbox runs in this process with its rate limit off, the bot in one of its own, which looks at its inbox each
second. Seconds are from the summons in the database to the reply in the thread.
"""

import argparse
import multiprocessing
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

import typer
from skimage import data as samples
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import bot.app.bot
from bot import logs
from bot.demo.posts import BOT, PASSWORD, SCANNED, SUMMONED
from bot.demo.session import settings_for
from bot.domain.reddit_types import Source
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World
from bot.store import jobs
from bot.store.database import open_database
from bot.store.tables import Job
from tests.pictures import jpeg


def work(url: str, folder: Path, ready: Connection) -> None:
    """The bot, until the parent ends it."""
    logs.configure(level="ERROR")
    settings = settings_for(url, folder)
    limits = settings.limits.model_copy(update=dict.fromkeys(type(settings.limits).model_fields, 1_000_000))
    reddit = settings.reddit.model_copy(update={"poll_seconds": 1, "scan_hours": 10_000})
    work = settings.work.model_copy(update={"queue": 5_000})
    running = bot.app.bot.Bot(settings.model_copy(update={"limits": limits, "reddit": reddit, "work": work}))
    with running.opened():
        _ = running.services.models
        running.poll()
        running.run_periodic_tasks()
        ready.send(jobs.count_open(running.engine))
        running.run()


def main() -> None:
    """The line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--posts", type=int, default=1000)
    parser.add_argument("--mentions", type=int, default=10)
    asked = parser.parse_args()
    world = World(calls_per_window=10_000_000)
    world.add_user(BOT, PASSWORD)
    for name in (SCANNED, SUMMONED, "YourPhotos"):
        world.add_subreddit(name)
    camera = samples.camera()
    for number in range(asked.posts):
        picture = jpeg(camera[number % 100 :, number // 100 :][:400, :400], (72, 64))
        world.post_image(SCANNED, f"author{number}", f"Attic {number}", picture, "image/jpeg")
    context = multiprocessing.get_context("forkserver")
    ours, theirs = context.Pipe()
    with Sandbox(world) as sandbox, tempfile.TemporaryDirectory() as folder:
        process = context.Process(target=work, args=(sandbox.url, Path(folder), theirs))
        process.start()
        backlog = ours.recv()
        engine = open_database(f"sqlite:///{Path(folder) / 'colorizebot.sqlite'}")
        for number in range(asked.mentions):
            picture = jpeg(camera[number:, 100:][:400, :400], (72, 64))
            post = world.post_image(SUMMONED, "ida", f"Mine {number}", picture, "image/jpeg")
            world.comment(post.fullname, "ida", f"u/{BOT}")
            while True:
                with Session(engine) as session:
                    done = session.scalar(
                        select(func.count()).where(Job.source == Source.MENTION, Job.replied_at.is_not(None))
                    )
                if done == number + 1:
                    break
                time.sleep(0.1)
        with Session(engine) as session:
            mentions = session.scalars(select(Job).where(Job.source == Source.MENTION)).all()
            waited = sorted((job.replied_at - job.received_at).total_seconds() for job in mentions)
        left = jobs.count_open(engine)
        engine.dispose()
        process.terminate()
        process.join()
    typer.echo(
        f"{backlog} posts waited, {left} in the end; {len(waited)} people waited"
        f" {waited[len(waited) // 2]:.1f} s (median), {waited[-1]:.1f} s at most"
    )


if __name__ == "__main__":
    main()
