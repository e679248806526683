"""Fetch: download the photo's original, or one of its previews when that is gone."""

from typing import Any

from bot.domain.outcomes import Outcome, Refused
from bot.pipeline.tools import Tools
from bot.store.files import JobFiles
from bot.store.tables import Job


def fetch(job: Job, tools: Tools) -> dict[str, Any]:
    """Keeps the file as it came."""
    urls = [job.photo_url or "", *(job.photo_fallbacks or ())]
    for i, url in enumerate(urls):
        try:
            tools.files.write(job.id, JobFiles.ORIGINAL, tools.fetcher.fetch(url))
        except Refused as refused:
            if refused.outcome is not Outcome.PHOTO_GONE or i + 1 == len(urls):
                raise
        else:
            return {"photo_url": url}
    raise AssertionError("the loop returns or raises")
