"""The reply log in the terminal."""

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.domain.outcomes import Outcome
from bot.settings import SettingsError
from bot.store.jobs import now
from bot.store.log_search import Filter, find_jobs
from bot.store.tables import Job

OPEN = "open"

_AGE = re.compile(r"(\d{1,6})\s*(min|m|h|d|w)")
_UNITS = {"min": "minutes", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}

_OVERLAP = timedelta(minutes=1)
"""A job that ends on another machine may be committed later than its own time says."""

_REMEMBERED = 10_000


def wanted(subreddit: str | None, user: str | None, outcome: str | None, since: str | None) -> Filter:
    """The filter in an operator's words. Raises SettingsError for an outcome or a time that is none."""
    names = [OPEN, *(one for one in Outcome)]
    if outcome is not None and outcome not in names:
        raise SettingsError(f"{outcome!r} is no outcome; there are {', '.join(names)}")
    return Filter(
        subreddit=bare(subreddit) if subreddit else None,
        user=bare(user) if user else None,
        outcomes=() if outcome is None else (None if outcome == OPEN else outcome,),
        since=moment(since) if since else None,
    )


def moment(text: str) -> datetime:
    """When "30min", "2h" or "3d" ago was, or an ISO 8601 date or time (UTC unless it says). Raises SettingsError."""
    try:
        if match := _AGE.fullmatch(text.strip()):
            return now() - timedelta(**{_UNITS[match[2]]: int(match[1])})
        given = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise SettingsError(f"{text!r} is no time: write 30min, 2h, 3d or 2026-11-21T10:00") from None
    return given if given.tzinfo else given.replace(tzinfo=UTC)


def latest(engine: Engine, which: Filter, limit: int) -> Sequence[Job]:
    """The newest jobs of that kind, the oldest of them first."""
    found: list[Job] = []
    before: int | None = None
    while len(found) < limit:
        page = find_jobs(engine, which, before=before, limit=limit - len(found))
        found += page.jobs
        before = page.searched_to
        if before is None:
            break
    return found[::-1]


def follow(engine: Engine, which: Filter, wait: Callable[[], bool]) -> Iterator[Job]:
    """Each job of that kind once it ends, from now on, until `wait` returns true; it is called when all are shown."""
    start = to = now()
    shown = deque[int](maxlen=_REMEMBERED)
    while not wait():
        ended = select(Job).where(Job.finished_at >= max(start, to - _OVERLAP)).order_by(Job.finished_at, Job.id)
        with Session(engine) as session:
            jobs = [job for job in session.scalars(ended) if job.id not in shown]
        for job in jobs:
            shown.append(job.id)
            if _is(job, which):
                yield job
        to = max([to, *(job.finished_at for job in jobs if job.finished_at)])


def as_json(job: Job) -> dict[str, Any]:
    """Everything about the job that is worth a line."""
    return {
        "job": job.id,
        "received": job.received_at.isoformat(),
        "finished": job.finished_at.isoformat() if job.finished_at else None,
        "source": job.source,
        "summons": job.summons,
        "subreddit": job.subreddit,
        "user": job.author,
        "title": job.title,
        "outcome": job.outcome,
        "stage": job.stage,
        "attempts": job.attempts,
        "detail": job.detail,
        "error": job.error,
        "reply": job.reply_permalink,
        "removal": job.removal,
    }


def as_line(job: Job) -> str:
    """One line; what strangers wrote cannot move the cursor or colour the terminal."""
    state = job.outcome if job.finished_at else f"open:{job.stage}"
    who = f"u/{job.author}" if job.author else "-"
    where = f"r/{job.subreddit}" if job.subreddit else "-"
    remark = job.detail or (job.error or "").strip().rpartition("\n")[2]
    fields = [f"{job.received_at:%Y-%m-%d %H:%M:%S}", f"{job.id:>6}", f"{state:<18}", f"{where:<22}", f"{who:<22}"]
    tail = " - ".join(text for text in (job.title, remark) if text)
    return printable(f"{' '.join(fields)} {tail}").rstrip()


def bare(name: str) -> str:
    """A name without the u/ or r/ before it."""
    return name.strip().removeprefix("/").removeprefix("r/").removeprefix("u/").strip("/")


def printable(text: str) -> str:
    """The text without control characters."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _is(job: Job, which: Filter) -> bool:
    return (
        (which.subreddit is None or job.subreddit.lower() == which.subreddit.lower())
        and (which.user is None or (job.author or "").lower() == which.user.lower())
        and (not which.outcomes or job.outcome in which.outcomes)
        and (which.since is None or job.received_at >= which.since)
    )
