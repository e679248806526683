"""One trial: a sandbox with summonses, the bot killed and started again until it is done, and what came of it."""

import os
import shutil
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import typer
from skimage import data as samples
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.demo.posts import BOT, PASSWORD, SCANNED, SUMMONED
from bot.hosting.imgur import ImgurHost
from bot.hosting.native import NativeHost, mark
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World
from bot.store.database import Engine, open_database
from bot.store.tables import Hosted, Job, Step
from tests.faults.child import LAG, POINTS, Run, main
from tests.faults.storage import Storage
from tests.hosting.imgur_double import CLIENT_ID, ImgurDouble
from tests.patience import PATIENCE, wait_until
from tests.pictures import jpeg
from tests.processes import FORKING

_ONE_READS = threading.Lock()
"""The status of a process can be read once; of two threads that read it at once one would get 255."""

KEPT = Path(__file__).parents[2] / "build" / "faults" / "failed"
"""Where the folders of trials lie that did not end well."""

PICTURES = "BotPictures"
"""The bot's own subreddit, where Reddit itself is the host."""

_PHOTOS = [jpeg(samples.camera()[at : at + 300, at : at + 360]) for at in range(0, 200, 20)]


@dataclass(frozen=True)
class Ended:
    """What a trial ended with; all is well when every number is 0.

    lost, doubled: summonses without an answer, and with two. stuck: jobs that are still open. left: files at a host
    that nothing refers to and nobody goes on deleting. missing: files that are referred to and not there. unnamed:
    failures without a reason in the log. unread: items that stay unread in the inbox. crashed: processes that ended by
    themselves with an error.
    """

    lost: int = 0
    doubled: int = 0
    stuck: int = 0
    left: int = 0
    missing: int = 0
    unnamed: int = 0
    unread: int = 0
    crashed: int = 0

    def __add__(self, other: "Ended") -> "Ended":
        return Ended(*(mine + theirs for mine, theirs in zip(self.numbers(), other.numbers(), strict=True)))

    def numbers(self) -> tuple[int, ...]:
        """In the order of the fields."""
        return tuple(vars(self).values())


@dataclass
class Trial:
    """A sandbox with summonses and an empty folder for a bot. native: Reddit itself is asked first to keep pictures."""

    sandbox: Sandbox
    folder: Path
    asked: list[str]
    database: str | None = None
    storage: Storage | None = None
    imgur: ImgurDouble | None = None
    native: bool = False
    crashed: int = 0

    @property
    def world(self) -> World:
        """The sandbox's content."""
        return self.sandbox.world

    def run(self, *runs: Run) -> list[int]:
        """Start bots side by side and wait until each has ended; their exit statuses, -SIGKILL for those that died."""
        processes = [started(one) for one in runs]
        return [self.ended(process) for process in processes]

    def ended(self, process: BaseProcess) -> int:
        """Wait until a process has ended; its exit status."""
        code = status_of(process, PATIENCE)
        if code is None:
            os.kill(process.pid or 0, signal.SIGUSR1)  # it says in its log what it is at
            time.sleep(1)
            process.kill()
            raise AssertionError(f"it did not end within {PATIENCE:.0f} s, see {self._keep()}")
        self.count([code])
        return code

    def count(self, codes: Sequence[int]) -> None:
        """Count those processes that ended by themselves with an error; codes: their exit statuses."""
        for code in codes:
            if code not in {0, -signal.SIGKILL}:
                typer.echo(f"{self.folder}: a process ended with {code}")
                self.crashed += 1

    def open_database(self) -> Engine:
        """The bot's database."""
        return open_database(self.database or f"sqlite:///{self.folder / 'colorizebot.sqlite'}")

    def start(self, kill_at: int | str | None = None) -> Run:
        """A start of the bot, to be changed with `dataclasses.replace`."""
        hosting: dict[str, Any] = {}
        if self.storage is not None:
            hosting = {"order": ("s3", "folder"), "s3": self.storage.settings()}
        if self.imgur is not None:
            hosting = {"order": ("imgur", "folder"), "imgur": {"client_id": CLIENT_ID, "api_url": self.imgur.url}}
        if self.native:
            hosting = {"order": ("native", "folder"), "native": {"subreddit": PICTURES}}
        return Run(self.sandbox.url, self.folder, kill_at, self.database, hosting=hosting)

    def finish(self) -> Ended:
        """Start it once more with nothing failing, and look what came of everything."""
        self.world.faults.clear()
        if self.storage is not None:
            self.storage.faults.clear()
        if self.imgur is not None:
            self.imgur.lost.clear()
        self.run(self.start())
        wait_until(lambda: not self.world.faults.late)  # an answer that is stored after the look would not be counted
        if self._may_show_up():
            time.sleep(LAG + 1)  # that long the bot waits before it deletes them
            self.run(self.start())
        return self._look()

    def _may_show_up(self) -> int:
        """How many pictures are to be deleted that a host may have kept without saying so."""
        engine = self.open_database()
        unwanted = (Hosted.unwanted_at.is_not(None), Hosted.deleted_at.is_(None))
        try:
            with Session(engine) as session:
                return len(session.scalars(select(Hosted.id).where(*unwanted, Hosted.asked_at.is_not(None))).all())
        finally:
            engine.dispose()

    def points(self) -> list[str]:
        """The points that were passed so far."""
        return (self.folder / POINTS).read_text().splitlines()

    def _look(self) -> Ended:
        ended = self._counts()
        if ended != Ended():
            typer.echo(f"{ended}, see {self._keep()}")
        return ended

    def _keep(self) -> Path:
        """Copy the folder to where it outlives the trial."""
        KEPT.mkdir(parents=True, exist_ok=True)
        kept = shutil.copytree(self.folder, KEPT / self.folder.name, dirs_exist_ok=True)
        (kept / "threads.txt").write_text("\n".join(map(str, self.world.comments.values())))
        return kept

    def _counts(self) -> Ended:
        engine = self.open_database()
        try:
            with Session(engine) as session:
                stuck = len(session.scalars(select(Job.id).where(Job.finished_at.is_(None))).all())
                unnamed = session.scalars(select(Step.id).where(Step.result == "later", Step.detail == "")).all()
                tokens = set(session.scalars(select(Hosted.token).where(Hosted.host == ImgurHost.name)))
                hosted = session.execute(select(Hosted.host, Hosted.key, Hosted.token).where(Hosted.url.is_not(None)))
                wanted = {(host, (token or "") if host == NativeHost.name else key) for host, key, token in hosted}
                refused = select(Hosted.host, Hosted.key).where(Hosted.not_before.is_not(None))
                waiting = {(host, key) for host, key in session.execute(refused)}  # to be deleted once more
        finally:
            engine.dispose()
        there = {("folder", path.stem) for path in (self.folder / "results").glob("*.jpg")}
        if self.storage is not None:
            there |= {("s3", name) for name in self.storage.names()}
        posts = [post for post in self.world.posts.values() if post.subreddit == PICTURES and not post.deleted]
        there |= {(NativeHost.name, post.fullname) for post in posts}
        marks = {f"({mark(key)})" for host, key in waiting if host == NativeHost.name}
        waiting |= {(NativeHost.name, post.fullname) for post in posts if post.title.split()[-1] in marks}
        replies = Counter(reply.parent for reply in self.world.replies_by(BOT))
        unread = [item for item in self.world.users[BOT.lower()].inbox if item.unread]
        return Ended(
            lost=len(set(self.asked) - replies.keys()),
            doubled=sum(count - 1 for count in replies.values()),
            stuck=stuck,
            left=len(there - wanted - waiting) + self._left_at_imgur(tokens),
            missing=len({file for file in wanted if file[0] != ImgurHost.name} - there),
            unnamed=len(unnamed),
            unread=len(unread),
            crashed=self.crashed,
        )

    def _left_at_imgur(self, tokens: set[str | None]) -> int:
        """Pictures there that nothing refers to, beyond those that the log names as maybe left."""
        if self.imgur is None:
            return 0
        logs = "".join(path.read_text() for path in self.folder.glob("log-*.txt"))
        return max(0, len(self.imgur.pictures.keys() - tokens) - logs.count("picture_may_be_left"))


def started(run: Run) -> BaseProcess:
    """A process with a bot, forked from one that has everything imported."""
    process = FORKING.Process(target=main, args=(run,))
    with _ONE_READS:
        process.start()  # which looks after other processes too
    return process


def status_of(process: BaseProcess, seconds: float = 0) -> int | None:
    """The exit status of a process once it has ended, None where it has not after so many seconds."""
    if not wait([process.sentinel], seconds):
        return None
    with _ONE_READS:
        return process.exitcode


@contextmanager
def trials(
    *,
    mentions: int = 1,
    scans: int = 1,
    database: str | None = None,
    storage: Storage | None = None,
    imgur: ImgurDouble | None = None,
    native: bool = False,
) -> Iterator[Trial]:
    """A fresh trial; the sandbox ends with the block."""
    world = World(calls_per_window=10_000_000)
    world.add_user(BOT, PASSWORD)
    for name in (SUMMONED, SCANNED, "YourPhotos"):
        world.add_subreddit(name)
    if native:
        world.add_subreddit(PICTURES, restricted=True, moderators=[BOT])
    photos = iter(_PHOTOS)
    asked = []
    for number in range(mentions):
        post = world.post_image(SUMMONED, "henry", f"Attic {number}", next(photos), "image/jpeg")
        asked.append(world.comment(post.fullname, f"ida{number}", f"u/{BOT} please").fullname)
    asked += [
        world.post_image(SCANNED, "edith", f"Lawn {number}", next(photos), "image/jpeg").fullname
        for number in range(scans)
    ]
    with Sandbox(world) as sandbox, tempfile.TemporaryDirectory(prefix="colorizebot-trial-") as folder:
        yield Trial(sandbox, Path(folder), asked, database, storage, imgur, native)


def table(rows: Sequence[tuple[str, int, Ended]], what: str) -> str:
    """A Markdown table: what was done, in how many trials, and the sums of what went wrong."""
    names = list(vars(Ended()))
    lines = [f"| {what} | trials | {' | '.join(names)} |", f"|---|---:|{'---:|' * len(names)}"]
    lines += [f"| {name} | {count} | {' | '.join(map(str, ended.numbers()))} |" for name, count, ended in rows]
    return "\n".join(lines) + "\n"
