"""Fetch: download the photo's original, or one of its previews when that cannot be had."""

from typing import Any

from bot.domain.outcomes import Outcome, Refused, RetryLater
from bot.pipeline.tools import Tools
from bot.store.files import JobFiles
from bot.store.tables import Job

_TRY_ANOTHER = {Outcome.PHOTO_GONE, Outcome.HOST_NOT_ALLOWED, Outcome.BAD_URL}


def fetch(job: Job, tools: Tools) -> dict[str, Any]:
    """Keeps the file as it came."""
    urls = [job.photo_url or "", *(job.photo_fallbacks or ())]
    for i, url in enumerate(urls):
        try:
            tools.files.write(job.id, JobFiles.ORIGINAL, tools.fetcher.fetch(url))
        except (Refused, RetryLater) as trouble:
            last = i + 1 == len(urls)
            if last or not (isinstance(trouble, RetryLater) or trouble.outcome in _TRY_ANOTHER):
                raise
        else:
            return {"photo_url": url}
    raise AssertionError("the loop returns or raises")
