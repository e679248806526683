"""Host: upload the results and the side-by-sides."""

from functools import partial

from bot.hosting.host import Picture
from bot.pipeline.pictures import made
from bot.pipeline.tools import Tools
from bot.store import pictures
from bot.store.files import FILM, JobFiles
from bot.store.tables import Colourization, Job, Photo
from bot.store.views import Size


def host(job: Job, tools: Tools) -> None:
    """Each key is stored before its upload, so that a second run of the step replaces files instead of adding more."""
    if tools.answering.dry_run:
        return
    native = tools.native(job.subreddit)
    for photo in pictures.photos_of(tools.engine, job):
        if photo.outcome is not None:
            continue
        for colourization, _ in pictures.colourizations_of(tools.engine, photo):
            name = JobFiles.film if photo.moving else partial(JobFiles.result, variant=colourization.variant)
            _upload(job, colourization, name(photo.number), tools, native)
        _upload(job, photo, JobFiles.comparison(photo.number), tools, native)


def _upload(job: Job, shown_by: Colourization | Photo, name: str, tools: Tools, native: bool | None) -> None:
    moving = name.endswith(FILM)
    hosted = pictures.reserve(tools.engine, shown_by, tools.hosts.names[0], FILM if moving else "")
    for size in Size:
        if small := tools.files.read(job.id, JobFiles.view(name, size.label)):
            tools.views.write(hosted.key, size, small)
    if hosted.url is not None:
        return
    content = made(job, tools, name)
    # Never the asker's or the post's words: the title may be seen where the post was deleted.
    title = "A film in colour" if moving else "A photograph in colour"
    picture = Picture(key=hosted.key, content=content, title=title, nsfw=job.nsfw)
    _ = tools.bot_name  # with any answer Reddit's clock is heard
    record = pictures.Upload(tools.engine, hosted, tools.reddit.clock.now)
    at, stored = tools.hosts.upload(picture, native=native, record=record)
    pictures.mark_uploaded(tools.engine, hosted, host=at, url=stored.url, token=stored.token, size=len(content))
