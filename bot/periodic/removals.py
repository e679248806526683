"""Taking replies down: pictures and what people wrote at once, the comment as soon as Reddit lets the bot.

Each step may be repeated, so it does not matter where a process died in between.
"""

import structlog

from bot.domain.refusals import Refused, RetryLater
from bot.periodic.guard import log_deletion_failure, shortest_wait
from bot.reddit.client import Reddit
from bot.reddit.lookups import delete_comment
from bot.store import removals
from bot.store.database import Engine
from bot.store.files import JobFiles
from bot.store.tables import Job

log = structlog.get_logger("bot.periodic.removals")


def run(engine: Engine, reddit: Reddit, files: JobFiles, *, limit: int = 100) -> int:
    """Take down each reply that has to go and is due; returns how many are gone.

    0. Want the removal of what corrects it, or is corrected by it.
    1. Forget what people wrote, give up the pictures, drop the files. No outage of Reddit keeps these back.
    2. Delete the comment. A message cannot be deleted.
    3. Note that it is gone; or when to try again.
    """
    gone = 0
    for job in removals.due(engine, limit):
        removals.spread(engine, job)
        removals.take_back(engine, job.id)
        files.drop(job.id)
        try:
            if job.reply is not None and job.reply.startswith("t1_"):
                delete_comment(reddit, job.reply)
        except (Refused, RetryLater) as trouble:
            _put_off(engine, job, trouble)
        else:
            removals.mark_removed(engine, job.id)
            log.info("removed", job=job.id, reply=job.reply, subreddit=job.subreddit, why=job.removal)
            gone += 1
    return gone


def _put_off(engine: Engine, job: Job, trouble: Refused | RetryLater) -> None:
    failures = removals.put_off(engine, job, shortest_wait(trouble))
    fields = {"job": job.id, "reply": job.reply, "why": job.removal}
    log_deletion_failure(log, "reply_not_deleted", failures, trouble, **fields)
