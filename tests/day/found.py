"""What is left of the day: the reply log, Reddit, the pictures, the bytes of the database."""

import re
from dataclasses import replace
from pathlib import Path

from bot.demo.posts import BOT
from bot.sandbox.records import Comment, Message
from bot.store import pictures
from bot.store.reply_log import latest_jobs
from bot.store.tables import Job
from tests.day.day import Day
from tests.day.table import Expected, Row, page

_PICTURE = re.compile(r"https://colours\.example/results/([\w-]+)\.(?:jpg|mp4)")


def jobs(day: Day) -> list[Job]:
    """Every row of the reply log, oldest first."""
    assert day.bot is not None
    return list(latest_jobs(day.bot.engine, limit=10_000)[::-1])


def rows(day: Day) -> dict[str, Row]:
    """The reply log by summons, with the names that stood there until they were forgotten."""
    unknown = Row("?", "?", "?", "?", "not read before it was forgotten", "?")
    found = {}
    for job in jobs(day):
        answer = job.delivery if job.reply else ""
        known = day.found.get(job.summons, unknown)
        found[job.summons] = replace(known, outcome=job.outcome or "open", answer=answer, gone=job.removal or "")
    return found


def text(day: Day) -> str:
    """docs/day.md as the day found it."""
    found = rows(day)
    listed = [Expected(found[summons], one.time, one.remark) for summons, one in day.expected.items()]
    numbers = {"posts": len(day.world.posts), "subreddits": len(day.world.subreddits), "people": len(people(day))}
    return page(listed, **numbers)


def people(day: Day) -> set[str]:
    """Who has posted, commented or written to the bot."""
    world = day.world
    authors = {one.author for one in world.posts.values()} | {one.author for one in world.comments.values()}
    authors |= {one.author for one in world.messages.values()}
    return {author for author in authors if author} - {BOT, "AutoModerator", "clockwork", "stats-bot"}


def comments(day: Day) -> list[Comment]:
    """The bot's own, deleted ones included."""
    return day.world.replies_by(BOT)


def messages(day: Day) -> list[Message]:
    """Those that the bot wrote to people."""
    return [one for one in day.world.messages.values() if one.author == BOT]


def pictures_shown(day: Day) -> set[str]:
    """The keys of the pictures in answers that nobody wants gone: comments that stand, messages, and result pages."""
    unwanted = {job.reply for job in jobs(day) if job.removal}
    standing = [one.body for one in comments(day) if not one.deleted]
    standing += [one.body for one in messages(day) if one.fullname not in unwanted]
    standing += _published(day)
    return {key for body in standing for key in _PICTURE.findall(body)}


def _published(day: Day) -> list[str]:
    """The addresses of what was published in the studio, and of what stood there before: result pages show both."""
    assert day.bot is not None
    engine, everything = day.bot.engine, jobs(day)
    roots = {job.revises for job in everything if job.revises is not None}
    hosted = []
    for job in everything:
        if job.revises is not None or job.id in roots:
            hosted += pictures.results_of(engine, job)
            hosted += [pictures.comparison_of(engine, photo) for photo in pictures.photos_of(engine, job)]
    return [one.url or "" for one in hosted if one is not None]


def pictures_kept(day: Day) -> set[str]:
    """The keys of the files in the host's folder."""
    return {path.stem for path in (day.folder / "results").iterdir()}


def stored(day: Day) -> bytes:
    """Every byte of the database and of the files of jobs; the operator's copies of the database are not meant."""
    here = [path for path in Path(day.folder).rglob("*") if path.is_file() and "backups" not in path.parts]
    return b"".join(path.read_bytes() for path in here)
