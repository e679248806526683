"""Looking after standing replies: their scores, and whether what they answer is still there."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.domain.aftercare import Bounds, Removal, removal
from bot.domain.rules import Rules
from bot.reddit.client import Reddit
from bot.reddit.lookups import look_up
from bot.store import removals, subreddits
from bot.store.database import Engine
from bot.store.jobs import now
from bot.store.tables import Job

log = structlog.get_logger("bot.periodic.aftercare")


def run(engine: Engine, reddit: Reddit, *, watch: timedelta, bounds: Bounds, limit: int = 500) -> int:
    """Look at the replies that are due; returns how many have to go.

    A job names at most three things, its reply, its summons and its post, and Reddit is asked for a hundred at a time:
    `limit` jobs cost at most 0.03 * `limit` requests. Raises RetryLater; then nothing was noted.
    """
    jobs = removals.to_look_at(engine, watch, limit)
    if not jobs:
        return 0
    known = look_up(reddit, (name for job in jobs for name in _names(job)))
    if not known:
        log.warning("nothing_seen", jobs=len(jobs))
    moment, go, scores = now(), [], {}
    rules = {name: subreddits.rules_of(engine, name) for name in {job.subreddit for job in jobs}}
    for job in jobs:
        reply = known.get(job.reply or "")
        sources = [known.get(name) for name in _sources(job)]
        age = moment - (job.replied_at or moment)
        scores[job.id] = None if reply is None or reply.get("score_hidden") else int(reply.get("score", 1))
        if why := removal(reply, sources, age=age, bounds=_bounds_in(job.subreddit, bounds, rules)):
            go.append((job.id, why))
            _tell(job, why, scores[job.id])
    return removals.mark_looked_at(engine, scores, go)


def _bounds_in(subreddit: str, bounds: Bounds, rules: Mapping[str, Rules]) -> Bounds:
    """With the score that the subreddit's moderators set instead of the operator's."""
    below = rules[subreddit].remove_below
    return bounds if below is None else replace(bounds, remove_at_score=below - 1)


def _names(job: Job) -> Iterator[str]:
    """What to ask for; Reddit's look-up knows no messages."""
    if job.reply and job.reply.startswith("t1_"):
        yield job.reply
    yield from _sources(job)


def _sources(job: Job) -> Iterator[str]:
    return (name for name in dict.fromkeys((job.summons, job.post)) if name and name.startswith(("t1_", "t3_")))


def _tell(job: Job, why: Removal, score: int | None) -> None:
    log.info("reply_must_go", job=job.id, reply=job.reply, subreddit=job.subreddit, why=why, score=score)
