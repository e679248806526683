"""A block in which an answer is sent, written down before and after."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.domain.refusals import Refused, RetryLater, Uncertain
from bot.pipeline.tools import Tools
from bot.store import jobs
from bot.store.tables import Job


@contextmanager
def sending(job: Job, tools: Tools) -> Iterator[None]:
    """A block that sends the answer. Before it, that is written down; whoever lost the job must not send it."""
    jobs.about_to_send(tools.engine, job)
    try:
        yield
    except Uncertain:
        raise
    except (Refused, RetryLater):
        jobs.not_sent(tools.engine, job)
        raise
