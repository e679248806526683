"""Measures replies a minute against the number of workers, and calls of Reddit's for each reply.

Usage: python -m docs.measure.load [--summonses N] [--ordinary | --limited] [--write]
(a table; --write puts it into docs/reliability.md)

The sandbox runs in this process with its rate limit off, the bot in one of its own; both share the machine. The photos
are as small as may be, with --ordinary as large as people post them. --limited leaves the limit on instead, for as long
as Reddit counts calls together: ten minutes.
"""

import argparse
import multiprocessing
import resource
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import typer
from skimage import data as samples

import bot.app.bot
from bot import logs
from bot.demo.posts import BOT, PASSWORD, SUMMONED
from bot.demo.session import settings_for
from bot.sandbox.frontdoor import WINDOW
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World
from bot.store.tables import Job, Step
from docs.measure.tables import write
from tests.pictures import jpeg

WORKERS = (1, 2, 4)
SMALLEST = 72, 64  # hardly more than fetch.min_side: what is measured is everything but the colours
ORDINARY = 1024, 768
DELAYS = {"at once": 0.0, "after 0.3 s": 0.3}


@dataclass(frozen=True)
class Load:
    """One run of the bot in a process of its own, which ends when all is answered, or after so many seconds."""

    url: str
    folder: Path
    workers: int
    summonses: int
    seconds: float | None = None


def work(load: Load, result: Connection) -> None:
    """Answer everything as `colorizebot run` does.

    Says when it begins, and gives seconds from the first poll to the last reply, processor seconds, and peak memory in
    KiB.
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
        result.send("ready")
        started, before = time.monotonic(), time.process_time()
        if load.seconds is not None:
            threading.Timer(load.seconds, running.stop).start()
        running.run()
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        seconds = ended[0] - started if ended else load.seconds
        result.send((seconds, time.process_time() - before, memory))


def asking(world: World, summonses: int, size: tuple[int, int] = SMALLEST) -> World:
    """The same world with so many people who ask for a photo of their own, so that none is given again."""
    world.add_user(BOT, PASSWORD)
    for name in ("OldPhotos", SUMMONED, "YourPhotos"):
        world.add_subreddit(name)
    camera = samples.camera()
    for number in range(summonses):
        at, down = number % 16, number // 16
        picture = jpeg(camera[down : down + 400, at : at + 480], size)
        post = world.post_image(SUMMONED, f"author{number}", f"Attic {number}", picture, "image/jpeg")
        world.comment(post.fullname, f"asker{number}", f"u/{BOT}")
    return world


def played(
    world: World, workers: int, summonses: int, seconds: float | None = None, begins: Callable[[], None] = lambda: None
) -> tuple[float, float, int]:
    """Have the bot answer; seconds, processor seconds, and peak memory in KiB. Nobody has two answers.

    begins: called when the bot is about to look at its inbox.
    """
    context = multiprocessing.get_context("forkserver")
    ours, theirs = context.Pipe()
    with Sandbox(world) as sandbox, tempfile.TemporaryDirectory() as folder:
        load = Load(sandbox.url, Path(folder), workers, summonses, seconds)
        process = context.Process(target=work, args=(load, theirs))
        process.start()
        assert ours.recv() == "ready"
        begins()
        result: tuple[float, float, int] = ours.recv()
        process.join()
    assert set(Counter(reply.parent for reply in world.replies_by(BOT)).values()) == {1}
    return result


def calls_of(world: World) -> list[dict[str, Any]]:
    """Calls of Reddit's API, in order; photos are not among them."""
    return [call for call in world.calls if not call["path"].startswith("/i.redd.it")]


def measure(
    delay: float, workers: int, summonses: int, size: tuple[int, int] = SMALLEST
) -> tuple[float, float, float, int]:
    """Replies a minute, processor seconds a reply, calls a reply, and peak memory in MiB."""
    world = asking(World(calls_per_window=10_000_000), summonses, size)
    if delay:
        world.faults.add("*", "delay", times=None, seconds=delay)
    seconds, busy, memory = played(world, workers, summonses)
    assert len(world.replies_by(BOT)) == summonses
    return 60 * summonses / seconds, busy / summonses, len(calls_of(world)) / summonses, memory // 1024


def measure_limited(workers: int) -> tuple[int, int, int]:
    """Calls of Reddit's API without logins, refused ones among them, and replies in one window of the limit's."""
    start, counted = [time.time()], list[tuple[int, int, int]]()
    world = World(clock=lambda: WINDOW * (start[0] // WINDOW) + time.time() - start[0])

    def count() -> None:
        statuses = [call["status"] for call in calls_of(world) if call["path"] != "/api/v1/access_token"]
        counted.append((len(statuses), statuses.count(429), len(world.replies_by(BOT))))

    def begins() -> None:
        start[0] = time.time()
        threading.Timer(WINDOW, count).start()

    summonses = world.calls_per_window // 2  # more than can be answered
    played(asking(world, summonses), workers, summonses, WINDOW + 1, begins)
    return counted[0]


def write_limited(to_page: bool) -> None:
    """The table with Reddit's limit on; its runs are beside each other, as each waits most of the time."""
    lines = ["| workers | calls in ten minutes | refused | replies | calls a reply |", "|---:|---:|---:|---:|---:|"]
    workers = (1, 4)
    with ThreadPoolExecutor() as pool:
        for number, (calls, refused, replies) in zip(workers, pool.map(measure_limited, workers), strict=True):
            lines.append(f"| {number} | {calls:,} | {refused} | {replies} | {calls / replies:.1f} |")
            typer.echo(lines[-1])
    if to_page:
        write("limited", "\n".join(lines) + "\n")


def write_ordinary(summonses: int, to_page: bool) -> None:
    """The table with photographs of an ordinary size."""
    head = "| photograph | workers | replies a minute | processor seconds a reply | peak MiB |"
    lines = [head, "|---|---:|---:|---:|---:|"]
    for workers in WORKERS:
        minute, busy, _, memory = measure(0.0, workers, summonses, ORDINARY)
        lines.append(f"| {' x '.join(map(str, ORDINARY))} | {workers} | {minute:.0f} | {busy:.2f} | {memory} |")
        typer.echo(lines[-1])
    if to_page:
        write("ordinary", "\n".join(lines) + "\n")


def main() -> None:
    """The table, to standard output and, if asked, into the page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--summonses", type=int, default=200)
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--ordinary", action="store_true", help="with photographs of an ordinary size")
    kind.add_argument("--limited", action="store_true", help="with Reddit's limit; ten minutes")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    if asked.limited:
        write_limited(asked.write)
        return
    if asked.ordinary:
        write_ordinary(asked.summonses, asked.write)
        return
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
