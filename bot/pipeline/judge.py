"""Judge: is the photo grey or tinted, and large enough."""

from typing import Any

from bot.domain.outcomes import Outcome, Refused
from bot.photos.detect import Verdict, detect
from bot.pipeline.pictures import original, thumbnail
from bot.pipeline.tools import Tools
from bot.store.files import JobFiles
from bot.store.tables import Job

MAX_SIDE = 65_500  # pixels; what a JPEG can hold


def judge(job: Job, tools: Tools) -> dict[str, Any]:
    """The verdict and its numbers are kept whatever it is, for the reply log."""
    pixels = original(job, tools)
    height, width = pixels.shape[:2]
    if min(height, width) < tools.min_side:
        raise Refused(Outcome.TOO_SMALL, f"{width} x {height} pixels; at least {tools.min_side} are needed")
    if max(height, width) > MAX_SIDE:
        raise Refused(Outcome.TOO_MANY_PIXELS, f"{width} x {height} pixels; a JPEG's side ends at {MAX_SIDE}")
    tools.files.write(job.id, JobFiles.BEFORE, thumbnail(pixels))
    detection = detect(pixels)
    return {"verdict": detection.verdict.value, "verdict_numbers": detection.measures}


def refusal(job: Job) -> Outcome | None:
    """Why a photo of that verdict is not coloured; `force` overrides the colour, not the drawing."""
    if job.verdict == Verdict.NOT_A_PHOTO.value:
        return Outcome.NOT_A_PHOTO
    if job.verdict == Verdict.COLOUR.value and not job.force:
        return Outcome.ALREADY_COLOUR
    return None
