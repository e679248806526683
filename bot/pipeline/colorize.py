"""Colorize: run the model and keep what it made."""

import json
from functools import partial
from typing import Any

from bot.pipeline import films
from bot.pipeline.pictures import MACHINE_MADE, original, unusable_reference, write_comparison, write_views
from bot.pipeline.results import Noted
from bot.pipeline.shortage import within_memory
from bot.pipeline.tools import Tools
from bot.store import pictures
from bot.store.files import JobFiles
from bot.store.tables import Job
from colorizer.hints import Hint
from colorizer.model import Colorizer
from colorizer.photo import PhotoError, encode_jpeg
from colorizer.pixels import Pixels
from colorizer.studio.correction import Correction
from colorizer.studio.painter import corrected

UNSURE = 0.46
"""Mean confidence of the model below which the asker is told: one photograph in fourteen (`docs/measure/unsure.py`)."""


def colorize(job: Job, tools: Tools) -> Noted:
    """Write results, side-by-sides and thumbnails of every photo and film that was not refused."""
    notes: list[str] = []
    for photo in pictures.photos_of(tools.engine, job):
        if photo.outcome is not None:
            continue
        if photo.moving:
            notes += films.colour(job, photo, tools)
            continue
        limit = tools.hosts.largest(job.nsfw, tools.native(job.subreddit))
        made = pictures.colourizations_of(tools.engine, photo)
        before = original(job, photo, tools)
        settings = json.loads(made[0][0].settings)
        colorizer, work = tools.colorizer(settings["model"]), partial(_results, job, before, settings, len(made), tools)
        results, said = within_memory(colorizer, work, job.id)
        notes += [note for note in said if note not in notes]
        for variant, result in enumerate(results):
            name = JobFiles.result(photo.number, variant)
            tools.files.write(job.id, name, _jpeg(result, limit))
            write_views(job, name, result, tools, xmp=MACHINE_MADE)
        write_comparison(job, photo, before, results, tools)
    known = tuple(job.notes or ())
    return Noted((*known, *(note for note in notes if note not in known)))


def _results(
    job: Job, before: Pixels, settings: dict[str, Any], variants: int, tools: Tools, colorizer: Colorizer
) -> tuple[list[Pixels], list[str]]:
    """The results for a photo's settings, and notes on what could not be done."""
    notes: list[str] = []
    if "correction" in settings:
        return [corrected(colorizer, before, Correction.model_validate(settings["correction"]))], notes
    height, width = before.shape[:2]
    hints = [
        Hint(min(one["x"] * width, width - 1), min(one["y"] * height, height - 1), one["colour"])
        for one in settings.get("hints", ())
    ]
    if hints and not colorizer.architecture.hints:
        notes.append(f"The model {settings['model']} takes no hints")
        hints = []
    reference = _reference(job, tools, notes)
    palette = settings.get("palette") if reference is None else None
    encoded = colorizer.encode(before, style=reference, palette=palette or None, look=settings["style"])
    if colorizer.architecture.calibrated and float(colorizer.confidence(encoded, hints).mean()) < UNSURE:
        notes.append("I am not sure what is on this photo, so its colours are a wild guess")
    seed = settings.get("seed", 0)
    try:
        if not seed:
            return colorizer.variants(encoded, variants, hints=hints), notes
        # The series of variants goes on where the time before ended; its first is the ordinary result.
        return colorizer.variants(encoded, variants + 1, hints=hints, seed=seed * variants - 1)[1:], notes
    except ValueError:  # nothing to draw from
        notes.append(f"The model {settings['model']} has one result only")
        return [colorizer.paint(encoded, hints)] * variants, notes


def _reference(job: Job, tools: Tools, notes: list[str]) -> Pixels | None:
    data = tools.files.read(job.id, JobFiles.REFERENCE)
    if data is None:
        return None
    try:
        return tools.photos.decoder.decode(data).pixels
    except PhotoError as error:
        notes.append(unusable_reference(job, str(error)))
        return None


def _jpeg(pixels: Pixels, limit: int) -> bytes:
    """A JPEG of at most `limit` bytes, as good as that allows."""
    quality = 92
    jpeg = encode_jpeg(pixels, quality=quality, xmp=MACHINE_MADE)
    while len(jpeg) > limit and quality > 50:
        quality -= 12
        jpeg = encode_jpeg(pixels, quality=quality, xmp=MACHINE_MADE)
    return jpeg
