"""What people can do on the day, how time passes, and how the bot lives in it."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
import time_machine

from bot.app.bot import Bot
from bot.demo.posts import BOT
from bot.sandbox.faults import Fault
from bot.sandbox.records import Comment, Post
from bot.sandbox.server import Sandbox
from bot.store.actions import Action, act
from bot.store.reply_log import latest_jobs
from bot.store.tables import Job
from tests import hostile
from tests.day import killed, photos
from tests.day.table import Expected, Row
from tests.day.town import PEOPLE, settings, town
from tests.patience import PATIENCE, wait_until
from tests.processes import Forked

MIDNIGHT = datetime(2026, 5, 16, tzinfo=UTC)
STEP = timedelta(minutes=30)
"""How long at most the bot's periodic tasks rest while nothing happens. In life it is half a minute."""

_CROWD = sorted(PEOPLE - {"albert", "hector", "margit", "pavel"})
"""Of the others the bot has something to say at some time of the day."""

BOTS = frozenset({"AutoModerator", "clockwork", "stats-bot", BOT})


class Day:
    """The Reddit, the bot on it, the clock, and what should stand in the reply log.

    Who does something that summons the bot says beside it what should come of it: outcome, where the answer goes and
    why it is taken down later. Where nothing is said, there is to be no row.
    """

    def __init__(self, reddit: Sandbox, folder: Path, clock: time_machine.Traveller) -> None:
        self.reddit, self.world, self.folder, self.clock = reddit, reddit.world, folder, clock
        self.bot: Bot | None = None
        self.limits: dict[str, int] = {}
        self.expected: dict[str, Expected] = {}
        self.found: dict[str, Row] = {}
        self.requests: Counter[datetime] = Counter()
        self.no_messages: Fault | None = None
        self._running = ExitStack()
        self._counted = self._passing = 0
        self._bodies: dict[str, str] = {}
        self._titles: dict[str, Post] = {}
        self._grey, self._colour, self._drawings = photos.grey(), photos.in_colour(), photos.drawings()

    # Time and the bot

    @property
    def time(self) -> datetime:
        """What the clock says."""
        return datetime.now(UTC)

    def at(self, clock: str) -> None:
        """Let the bot answer what was asked, and let time pass until then."""
        hours, minutes = map(int, clock.split(":"))
        self.until(MIDNIGHT + timedelta(hours=hours, minutes=minutes))

    def until(self, moment: datetime, step: timedelta = STEP) -> None:
        """The same, for any day."""
        self.settle()
        while (following := self.time + step) < moment:
            self.clock.move_to(following)
            self.settle()
        assert self.time <= moment, f"it is {self.time} already; leave more time before {moment}"
        self.clock.move_to(moment)

    def settle(self) -> None:
        """The bot, if it runs, does everything that is due now."""
        while self.bot is not None:
            new, tidied, worked = self.bot.poll(), self.bot.run_periodic_tasks(), False
            while self.bot.work():
                worked = True
            self._look()
            if not new and not tidied and not worked:
                break
        self._count()

    def start(self) -> None:
        """The operator starts the bot."""
        bot = Bot(settings(self.reddit.url, self.folder, **self.limits))
        self.bot = self._running.enter_context(bot.opened())

    def stop(self) -> None:
        """The operator stops it."""
        self._running.close()
        self.bot = None

    def kill_while_it_replies(self) -> None:
        """Let it work in a process of its own, and kill that as soon as Reddit has stored its next comment."""
        self.stop()
        self.world.faults.add("/api/comment", "store_then_delay", method="POST", seconds=3600)
        before = len(self.world.replies_by(BOT))
        output = self.folder / "killed.txt"
        process = Forked(killed.work, self.reddit.url, self.folder, self.time, output=output)
        wait_until(lambda: len(self.world.replies_by(BOT)) > before, process)
        process.kill()
        process.communicate()

    def operator(self, action: str, name: str) -> None:
        """The operator does something to the job of a summons, as in the reply log's page of it."""
        assert self.bot is not None
        summons = self[name].fullname
        job = next(job for job in latest_jobs(self.bot.engine, limit=10_000) if job.summons == summons)
        act(self.bot.engine, job.id, Action(action))

    def _look(self) -> None:
        """Take down what the reply log says of jobs that are finished; names are forgotten there later."""
        assert self.bot is not None
        for job in latest_jobs(self.bot.engine, limit=10_000):
            if job.finished_at is not None and job.forgotten_at is None:
                self.found[job.summons] = self._row(job)

    def _row(self, job: Job) -> Row:
        expected = self.expected.get(job.summons)
        as_written = expected is not None and job.body == self._bodies[job.summons]
        words = expected.row.words if as_written else job.body
        thread = job.title if job.source != "message" else ""
        answer = job.delivery if job.reply else ""
        return Row(job.author or "", job.subreddit, thread, job.source, words, job.outcome or "", answer)

    def _count(self) -> None:
        window = self.time.replace(minute=self.time.minute // 10 * 10, second=0, microsecond=0)
        self.requests[window] += len(self.world.calls) - self._counted
        self._counted = len(self.world.calls)

    # What people do

    def _expect(self, fullname: str, body: str, row: Row, remark: str = "") -> None:
        assert row.who in PEOPLE | BOTS | {""}, row.who
        self._bodies[fullname] = body
        self.expected[fullname] = Expected(row, self.time.strftime("%H:%M"), remark)

    def posts(self, where: str, table: str) -> None:
        """Posts, one a line: who | what | title | outcome | answer | gone."""
        for who, what, title, *row in _lines(table):
            self.post(where, who, what, title, *row)

    def post(self, where: str, who: str, what: str, title: str, *row: str, remark: str = "", **fields: Any) -> Post:
        """One post. what: one of the words of `_picture`, a number of them joined by "+", "text" or a link."""
        assert title not in self._titles, title
        world = self.world
        if what == "text":
            post = world.post_text(where, who, title, "Has anybody an idea?", **fields)
        elif what.startswith("http"):
            post = world.post_link(where, who, title, what, **fields)
        elif what.startswith("crosspost of "):
            post = world.crosspost(where, who, title, self[what.removeprefix("crosspost of ")].fullname, **fields)
        elif "+" in what:
            files = [self.picture(one) for one in what.split("+")]
            post = world.post_gallery(where, who, title, files, "image/jpeg", **fields)
        elif what.endswith("film"):
            path, size, seconds = photos.film(self.folder.parent, what)
            post = world.post_video(where, who, title, path.read_bytes(), size=size, seconds=seconds, **fields)
        elif what.startswith("text with "):
            post = world.post_text(where, who, title, "See below.", [self.picture(what[10:])], **fields)
        else:
            post = world.post_image(where, who, title, self.picture(what), "image/jpeg", **fields)
        self._titles[title] = post
        if row:
            self._expect(post.fullname, "", Row(who, post.subreddit, title, "scan", "", *row), remark)
        return post

    def passing(self, where: str, count: int, *row: str, what: str = "text") -> None:
        """So many posts of one sort, by people in turn."""
        for _ in range(count):
            self._passing += 1
            who = _CROWD[self._passing % len(_CROWD)]
            self.post(where, who, what, f"{what.capitalize()} {self._passing}", *row)

    def picture(self, what: str) -> bytes:
        """The file for a word of the script."""
        match what.split(" of "):
            case [kind, title]:
                source = self.world.pictures[self[title].pictures[0]].content
                return {"copy": source, "small copy": photos.resized(source, 84)}.get(kind) or photos.resized(
                    source, 200
                )
            case ["grey"]:
                return next(self._grey)
            case ["colour"]:
                return next(self._colour)
            case ["drawing"]:
                return next(self._drawings)
            case ["brown"]:
                return photos.brown(next(self._grey))
            case ["tiny"]:
                return photos.resized(next(self._grey), 48)
            case ["small"]:
                return photos.resized(next(self._grey), 100)
        return {
            "web page": b"<html>not a picture</html>",
            "damaged": b"\xff\xd8\xff\xe0 broken",
            "huge": photos.drawn(1200, 900),
            "endless": hostile.empty_scans(200, side=500),
            "heavy": photos.noise(700, 500),
        }[what]

    def asks(self, table: str, *, remark: str = "") -> None:
        """Comments, one a line: who | under | words | outcome | answer | gone; see `say`."""
        for who, under, words, *row in _lines(table):
            self.say(who, under, words, *row, remark=remark)

    def say(
        self, who: str, under: str, words: str, *row: str, how: str = "", remark: str = "", **images: Any
    ) -> Comment:
        """A comment; under: see `[]`. @bot stands for the bot's name. Without a row it summons nobody."""
        above, body = self[under], self._linked(words).replace("@bot", f"u/{BOT}")
        comment = self.world.comment(above.fullname, who, body, **images)
        if row:
            how = "reply" if above.author == BOT else "mention" if "@bot" in words else "command"
            post = self.world.post_of(above)
            self._expect(comment.fullname, body, Row(who, post.subreddit, post.title, how, words, *row), remark)
        return comment

    def message(self, who: str, words: str, where: str, *row: str, subject: str = "hello", remark: str = "") -> None:
        """A private message to the bot; {TITLE} in its words stands for what `link` makes of it."""
        body = self._linked(words)
        sent = self.world.message(BOT, who, subject, body)
        if row:
            self._expect(sent.fullname, body, Row(who, where, "", "message", words, *row), remark)

    def publish(self, who: str, answer: str, *row: str, remark: str = "", **correction: Any) -> None:
        """Other colours for an answer, from the studio behind the link that the bot has sent to somebody last.

        Who did not ask for the answer stays unnamed in the reply log.
        """
        assert self.bot is not None
        letter = [one for one in self.world.users[who].inbox if one.fullname.startswith("t4_")][-1]
        [link] = re.findall(r"\((https://[^)\s]+/photo/[^)\s]+)\)", self.world.thing(letter.fullname).body)
        public = self.bot.host.public_url
        with self.bot.web(BOT) as (url, _):
            path = link.removeprefix(public)
            httpx.post(f"{url}{path}done", json=correction, trust_env=False, timeout=PATIENCE).raise_for_status()
        self.bot.host.public_url = public  # on a port of the system's choice the pages take that one for public
        job = latest_jobs(self.bot.engine, limit=1)[0]
        post = self.world.post_of(self[answer])
        self._expect(
            job.summons, job.body, Row(job.author or "", post.subreddit, post.title, "studio", "", *row), remark
        )

    def _linked(self, words: str) -> str:
        return re.sub(r"\{([^}]+)\}", lambda found: self.link(found[1]), words)

    def link(self, name: str) -> str:
        """The address of a post or comment.

        "picture of …" is that of its picture, "share of …" a share link, "name of …" its fullname.
        """
        kind, _, rest = name.rpartition(" of ")
        thing = self[rest]
        post = self.world.post_of(thing)
        if kind == "picture":
            return f"{self.reddit.url}/i.redd.it/{self.world.pictures[post.pictures[0]].filename}"
        if kind == "share":
            return self.reddit.url + self.world.share(thing.fullname)
        if kind == "name":
            return thing.fullname
        tail = "" if isinstance(thing, Post) else f"{thing.id}/"
        return f"{self.reddit.url}/r/{post.subreddit}/comments/{post.id}/_/{tail}"

    def __getitem__(self, name: str) -> Post | Comment:
        """By title a post; "TITLE / ida" is ida's newest comment there, "TITLE > ida" the bot's newest answer to ida.

        "TITLE > post" is the bot's answer to the post itself.
        """
        title, sign, who = re.fullmatch(r"(.*?)(?: ([/>]) (\S+))?", name).groups()
        post = self._titles[title]
        if sign is None:
            return post
        theirs = [one for one in self.world.comments.values() if one.post == post.id and one.author == who]
        if sign == "/":
            return theirs[-1]
        asked = [post] if who == "post" else theirs
        answers = [one for ask in asked for one in self.world.children(ask.fullname) if one.author == BOT]
        assert answers, f"the bot has not answered {who} under {title!r}"
        return answers[-1]

    def wiki(self, where: str, text: str) -> None:
        """The moderators save the settings page."""
        self.world.write_wiki(where, BOT.lower(), text, "irma")


def _lines(table: str) -> Iterator[list[str]]:
    for line in table.strip().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        while cells[-1] == "":
            cells.pop()
        yield cells


@contextmanager
def begun(folder: Path) -> Iterator[Day]:
    """Midnight. The clock stands still: the script moves it, and a client that waits moves it instead of waiting.

    So a day is the same on a fast and on a slow machine. How long PRAW waits is drawn at random; the draw is fixed too.
    """
    # The monotonic clock is left alone by the library, so the server's own time-outs do not notice.
    with time_machine.travel(MIDNIGHT, tick=False) as clock, Sandbox(town()) as reddit:
        day = Day(reddit, folder, clock)
        random.seed(MIDNIGHT.toordinal())
        with mock.patch("time.sleep", clock.shift):
            try:
                yield day
            finally:
                day.stop()
