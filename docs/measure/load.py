"""Measures replies a minute against the number of workers, and calls of Reddit's for each reply.

Usage: python -m docs.measure.load [--summonses N] [--write]     (a table; --write puts it into docs/reliability.md)

The sandbox runs in this process with its rate limit off, the bot in one of its own; both share the machine.
"""

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import typer
from skimage import data as samples

import bot.app.bot
from bot import logs
from bot.demo.posts import BOT, PASSWORD, SUMMONED
from bot.demo.session import settings_for
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World
from bot.store.tables import Job, Step
from tests.faults.matrix import write
from tests.pictures import jpeg

WORKERS = (1, 2, 4)
SIZE = 72, 64  # hardly more than fetch.min_side: what is measured is everything but the colours
DELAYS = {"at once": 0.0, "after 0.3 s": 0.3}


@dataclass(frozen=True)
class Load:
    """One run of the bot in a process of its own."""

    url: str
    folder: Path
    workers: int
    summonses: int


def work(load: Load, result: Connection) -> None:
    """Answer everything as `colorizebot run` does.

    Gives seconds from the first poll to the last reply, processor seconds, and peak memory in KiB.
    """
    logs.configure(level="ERROR")
    settings = settings_for(load.url, load.folder)
    changes = {"workers": load.workers, "name": "load"}
    settings = settings.model_copy(update={"work": settings.work.model_copy(update=changes)})
    limits = settings.limits.model_copy(update=dict.fromkeys(type(settings.limits).model_fields, 1_000_000))
    finished, ended = 0, list[float]()

    def seen(job: Job, _: Step) -> None:
        nonlocal finished
        finished += job.finished_at is not None
        if finished == load.summonses:
            ended.append(time.monotonic())
            running.stop()

    running = bot.app.bot.Bot(settings.model_copy(update={"limits": limits}), observer=seen)
    with running.opened():
        _ = running.services.models
        started, before = time.monotonic(), time.process_time()
        running.run()
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        result.send((ended[0] - started, time.process_time() - before, memory))


def measure(delay: float, workers: int, summonses: int) -> tuple[float, float, float, int]:
    """Replies a minute, processor seconds a reply, calls a reply, and peak memory in MiB."""
    world = World(calls_per_window=10_000_000)
    world.add_user(BOT, PASSWORD)
    for name in ("OldPhotos", SUMMONED, "YourPhotos"):
        world.add_subreddit(name)
    camera = samples.camera()
    for number in range(summonses):  # each a picture of its own, so that none is given again
        at, down = number % 16, number // 16
        picture = jpeg(camera[down : down + 400, at : at + 480], SIZE)
        post = world.post_image(SUMMONED, f"author{number}", f"Attic {number}", picture, "image/jpeg")
        world.comment(post.fullname, f"asker{number}", f"u/{BOT}")
    if delay:
        world.faults.add("*", "delay", times=None, seconds=delay)
    context = multiprocessing.get_context("forkserver")
    ours, theirs = context.Pipe()
    with Sandbox(world) as sandbox, tempfile.TemporaryDirectory() as folder:
        process = context.Process(target=work, args=(Load(sandbox.url, Path(folder), workers, summonses), theirs))
        process.start()
        seconds, busy, memory = ours.recv()
        process.join()
        replies = Counter(reply.parent for reply in world.replies_by(BOT))
        assert set(replies.values()) == {1}
        assert len(replies) == summonses
        calls = sum(not call["path"].startswith("/i.redd.it") for call in world.calls)
    return 60 * summonses / seconds, busy / summonses, calls / summonses, memory // 1024


def main() -> None:
    """The table, to standard output and, if asked, into the page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--summonses", type=int, default=200)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    lines = [
        "| Reddit answers | workers | replies a minute | processor seconds a reply | calls a reply | peak MiB |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, delay in DELAYS.items():
        for workers in WORKERS:
            minute, busy, calls, memory = measure(delay, workers, asked.summonses)
            lines.append(f"| {name} | {workers} | {minute:.0f} | {busy:.2f} | {calls:.1f} | {memory} |")
            typer.echo(lines[-1])
    if asked.write:
        write("load", "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
