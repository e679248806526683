"""Fetch: download the photos' originals, or one of their previews where that cannot be had."""

import json

from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused, RetryLater
from bot.pipeline.pictures import unusable_reference
from bot.pipeline.results import Noted
from bot.pipeline.tools import ATTEMPTS_PER_PHOTO, Tools
from bot.store import pictures
from bot.store.files import JobFiles
from bot.store.tables import Job, Photo

_TRY_ANOTHER = {
    Outcome.PHOTO_GONE,
    Outcome.HOST_NOT_ALLOWED,
    Outcome.BAD_URL,
    Outcome.TOO_MANY_REDIRECTS,
    Outcome.TOO_MANY_BYTES,
}


def fetch(job: Job, tools: Tools) -> Noted:
    """Download and store the originals. Of several photos, those that cannot be downloaded are left out."""
    photos = pictures.photos_of(tools.engine, job)
    for photo in photos:
        try:
            _fetch(job, photo, tools)
        except Refused as refused:
            if len(photos) == 1:
                raise
            pictures.note(tools.engine, photo, outcome=refused.outcome)
        except RetryLater as later:
            if len(photos) == 1 or job.attempts < ATTEMPTS_PER_PHOTO:
                raise
            pictures.note(tools.engine, photo, outcome=later.then)
    if all(photo.outcome for photo in photos):
        raise Refused(Outcome.named(photos[0].outcome or ""), "none of the photos can be had")
    return Noted((*(job.notes or ()), *_fetch_reference(job, photos[0], tools)))


def _fetch(job: Job, photo: Photo, tools: Tools) -> None:
    urls = [photo.url, *photo.fallbacks]
    for i, url in enumerate(urls):
        try:
            tools.files.write(job.id, JobFiles.original(photo.number), tools.photos.fetcher.fetch(url))
        except (Refused, RetryLater) as trouble:
            last = i + 1 == len(urls)
            if last or not (isinstance(trouble, RetryLater) or trouble.outcome in _TRY_ANOTHER):
                raise
        else:
            # What is left is for the next step, should this be no picture after all.
            pictures.note(tools.engine, photo, url=url, fallbacks=urls[i + 1 :], outcome=None)
            return


def _fetch_reference(job: Job, photo: Photo, tools: Tools) -> list[str]:
    """The picture whose colours are wanted; without it the photo is coloured all the same, and the asker is told."""
    url = json.loads(pictures.colourizations_of(tools.engine, photo)[0][0].settings).get("like")
    if url is None:
        return []
    try:
        tools.files.write(job.id, JobFiles.REFERENCE, tools.photos.fetcher.fetch(url))
    except (Refused, RetryLater) as trouble:
        reason = trouble.detail if isinstance(trouble, Refused) else trouble.reason
        return [unusable_reference(job, reason)]
    return []
