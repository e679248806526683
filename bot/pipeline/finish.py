"""Finish: mark the inbox item read, drop what is no longer needed."""

from typing import Any

from bot.domain.outcomes import Outcome
from bot.domain.things import Source
from bot.pipeline.host import hosted_keys
from bot.pipeline.tools import Tools
from bot.reddit.inbox import mark_read
from bot.store.tables import Job


def finish(job: Job, tools: Tools) -> dict[str, Any]:
    """The last step of every job, answered or not. A result that was not posted is taken down again."""
    if job.host and job.result_key and job.as_outcome() not in {None, Outcome.COLORIZED}:
        for key in hosted_keys(job):
            tools.host.delete(key)
    tools.files.drop_large(job.id)
    if job.as_source() is not Source.SCAN:
        mark_read(tools.reddit, job.summons)  # last of all
    return {}
