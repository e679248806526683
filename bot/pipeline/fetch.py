"""Fetch: download the originals of photos and films, or one of their previews where that cannot be had."""

import json

from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused, RetryLater
from bot.photos.films import may_move
from bot.photos.videos import fetch_pictures, fetch_video
from bot.pipeline import films
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
    if photo.moving:
        films.refuse_unless_taken(job, photo.url, tools)
    urls = [photo.url, *photo.fallbacks]
    for i, url in enumerate(urls):
        try:
            content, sound = _download(photo, url, tools)
        except (Refused, RetryLater) as trouble:
            last = i + 1 == len(urls)
            if last or not (isinstance(trouble, RetryLater) or trouble.outcome in _TRY_ANOTHER):
                raise
        else:
            tools.files.write(job.id, JobFiles.original(photo.number), content)
            if sound is not None:
                tools.files.write(job.id, JobFiles.sound(photo.number), sound)
            # What is left is for the next step, should this be no picture after all. A video's own address leads people
            # to it, that of its pictures does not.
            url, left = (photo.url, photo.fallbacks) if photo.moving else (url, urls[i + 1 :])
            moving = photo.moving or (tools.films is not None and may_move(content))
            pictures.note(tools.engine, photo, url=url, fallbacks=left, outcome=None, moving=moving)
            return


def _download(photo: Photo, url: str, tools: Tools) -> tuple[bytes, bytes | None]:
    """A file, and another with its sound where that lies apart."""
    if tools.films is None:
        return tools.photos.fetcher.fetch(url), None
    fetcher = tools.films.fetcher
    if not photo.moving:
        large = url.partition("?")[0].lower().endswith((".gif", ".webp"))
        return (fetcher if large else tools.photos.fetcher).fetch(url), None
    if not url.startswith(f"{tools.addresses.videos}/"):
        return fetcher.fetch(url), None
    if url == photo.url:
        return fetch_video(fetcher, url, tools.films.limits.pixels)
    return fetch_pictures(fetcher, url)


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
