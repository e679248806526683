"""Colorize: run the model and keep what it made."""

import secrets
from typing import Any

from bot.domain.outcomes import Refused
from bot.pipeline.judge import refusal
from bot.pipeline.pictures import original, side_by_side, thumbnail
from bot.pipeline.tools import Tools
from bot.store.files import JobFiles
from bot.store.tables import Job
from colorizer.photo import encode_jpeg


def colorize(job: Job, tools: Tools) -> dict[str, Any]:
    """Writes result, side-by-side and thumbnail; chooses the key under which they will be hosted."""
    if outcome := refusal(job):
        raise Refused(outcome, outcome.meaning)
    before = original(job, tools)
    after = tools.colorizer.colorize(before)
    quality, limit = 92, tools.host.capabilities.max_bytes
    jpeg = encode_jpeg(after, quality=quality)
    while len(jpeg) > limit and quality > 50:
        quality -= 12
        jpeg = encode_jpeg(after, quality=quality)
    tools.files.write(job.id, JobFiles.RESULT, jpeg)
    tools.files.write(job.id, JobFiles.COMPARISON, side_by_side(before, after))
    tools.files.write(job.id, JobFiles.AFTER, thumbnail(after))
    return {"result_key": job.result_key or secrets.token_urlsafe(16)}
