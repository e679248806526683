"""A block in which an answer is sent, written down before and after, and how long ago that was."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from bot.domain.refusals import Refused, RetryLater, Uncertain
from bot.pipeline.tools import Tools
from bot.store import jobs
from bot.store.tables import Job


@contextmanager
def sending(job: Job, tools: Tools) -> Iterator[None]:
    """A block that sends the answer. Before it, that is written down; whoever lost the job must not send it."""
    # Reddit names whole seconds; the wait for what it may have taken must not begin too early.
    jobs.about_to_send(tools.engine, job, tools.reddit.clock.now() + timedelta(seconds=1))
    try:
        yield
    except Uncertain:
        raise
    except (Refused, RetryLater):
        jobs.not_sent(tools.engine, job)
        raise


def since_sent(job: Job, tools: Tools) -> timedelta | None:
    """How long ago an answer was sent whose fate is unknown; None where there is none.

    By Reddit's clock: this machine's may be set while the answer is on its way.
    """
    return None if job.sent_at is None else tools.reddit.clock.now() - job.sent_at
