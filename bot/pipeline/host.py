"""Host: upload the result and the side-by-side."""

from typing import Any

from bot.pipeline.pictures import made
from bot.pipeline.tools import Tools
from bot.store.files import JobFiles
from bot.store.tables import Job


def hosted_keys(job: Job) -> tuple[str, str]:
    """The keys of a job's hosted result and side-by-side."""
    return f"{job.result_key}", f"{job.result_key}-side-by-side"


def host(job: Job, tools: Tools) -> dict[str, Any]:
    """The keys were stored by the stage before, so a repeated upload replaces instead of piling up."""
    result, comparison = made(job, tools, JobFiles.RESULT), made(job, tools, JobFiles.COMPARISON)
    result_key, comparison_key = hosted_keys(job)
    return {
        "host": tools.host.name,
        "result_url": tools.host.upload(result_key, result),
        "comparison_url": tools.host.upload(comparison_key, comparison),
    }
