"""Sorting the log by something else than time: among the newest jobs that a filter finds, so that it stays fast."""

from collections.abc import Callable, Mapping

from bot.store.database import Engine
from bot.store.log_search import Filter, Found, find_jobs
from bot.store.log_totals import seconds_of
from bot.store.tables import Job

WINDOW = 1000
"""So many of the newest jobs are sorted."""

SORTS = {
    "wait": "longest wait for a reply",
    "seconds": "most seconds of work",
    "score": "highest score",
    "low-score": "lowest score",
    "attempts": "most failed tries",
}
"""What can be sorted by, in words."""

_NEVER = float("-inf")


def sorted_jobs(engine: Engine, wanted: Filter, sort: str, *, before: int | None, limit: int) -> Found:
    """The first jobs by that order; ties are newest first."""
    found = find_jobs(engine, wanted, before=before, limit=WINDOW)
    seconds = seconds_of(engine, [job.id for job in found.jobs]) if sort == "seconds" else {}
    key = _key(sort, seconds)
    jobs = sorted((job for job in found.jobs if key(job) != _NEVER), key=key, reverse=True)
    return Found(jobs[:limit], more=False, searched_to=None)


def _key(sort: str, seconds: Mapping[int, float]) -> Callable[[Job], float]:
    match sort:
        case "wait":
            return lambda job: (job.replied_at - job.received_at).total_seconds() if job.replied_at else _NEVER
        case "score":
            return lambda job: job.score if job.score is not None else _NEVER
        case "low-score":
            return lambda job: -job.score if job.score is not None else _NEVER
        case "attempts":
            return lambda job: job.attempts + job.removal_attempts or _NEVER
    return lambda job: seconds.get(job.id, _NEVER)
