"""The reply log in the terminal."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from bot.domain.log_words import WrongFilter, moment_or_age, name_on_reddit, outcomes
from bot.settings import SettingsError
from bot.store.database import Engine
from bot.store.jobs import now
from bot.store.log_search import Filter, ended_since, find_jobs
from bot.store.tables import Job

_OVERLAP = timedelta(minutes=1)
"""A job that ends on another machine may be committed later than its own time says."""

_REMEMBERED = 10_000


def wanted(subreddit: str | None, user: str | None, outcome: str | None, since: str | None) -> Filter:
    """The filter in an operator's words. Raises SettingsError for an outcome, a name or a time that is none."""
    try:
        return Filter(
            subreddit=name_on_reddit("subreddit", subreddit or ""),
            user=name_on_reddit("user", user or ""),
            outcomes=outcomes(outcome or ""),
            since=moment_or_age("since", since, now()) if since else None,
        )
    except WrongFilter as error:
        raise SettingsError(str(error)) from None


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
        jobs = [job for job in ended_since(engine, max(start, to - _OVERLAP)) if job.id not in shown]
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
