"""The thread that a summons is about, and the photos in it. Asks Reddit, and the hosts of albums."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.domain import candidates, replies, summons
from bot.domain.addresses import is_address
from bot.domain.candidates import Candidate, Missing
from bot.domain.outcomes import Outcome
from bot.domain.reddit_types import Source, Thread
from bot.domain.refusals import Refused
from bot.domain.request import Request
from bot.pipeline.tools import MAX_OPENED, Tools
from bot.reddit.links import resolve_share
from bot.reddit.listings import thread as read_thread
from bot.store import answers
from bot.store.tables import Job


@dataclass(frozen=True, slots=True)
class Found:
    """The thread of the summons and the photos that are there.

    thread: None for a picture that a message links to.
    photos: in the order in which a reader sees them.
    linked: other threads whose photos are among them.
    answered: the job of the bot's message that somebody writes back to.
    """

    thread: Thread | None
    photos: tuple[Candidate, ...]
    linked: tuple[Thread, ...] = ()
    answered: Job | None = None


def look(job: Job, request: Request, tools: Tools) -> Found:
    """Raises Refused where nothing leads to a photo."""
    if job.source is Source.MESSAGE:
        return _linked_in_message(job, tools)
    if job.post is None:
        raise Refused(Outcome.NO_PHOTO, f"{job.summons} belongs to no post")
    return _in_thread(read_thread(tools.reddit, job.post, job.summons), tools, not_meant=request.like)


def _in_thread(thread: Thread, tools: Tools, not_meant: str | None = None) -> Found:
    found = candidates.in_thread(thread, tools.addresses, tools.bot_name, not_meant=not_meant)
    photos, linked = _opened(found, tools, thread)
    return Found(thread, photos, linked)


def _linked_in_message(job: Job, tools: Tools) -> Found:
    link = summons.link_in(job.body)
    if link is None and (answered := _answered(job, tools)) is not None and answered.post is not None:
        return replace(_in_thread(read_thread(tools.reddit, answered.post, answered.summons), tools), answered=answered)
    if link is None:
        raise Refused(Outcome.NO_PHOTO, "the message holds no link")
    candidate = candidates.of_link(link, tools.addresses)
    if candidate is None and not is_address(link):
        raise Refused(Outcome.BAD_URL, f"{link[:200]} is no address")
    if candidate is None:
        raise Refused(Outcome.NO_PHOTO, f"{link[:200]} leads to no post of Reddit's and to no picture")
    if thread := _thread_behind(candidate, tools):
        return _in_thread(thread, tools)
    photos, _ = _opened((candidate,), tools, None)
    return Found(None, photos)


def _answered(job: Job, tools: Tools) -> Job | None:
    """The job of the bot's message that the asker answers, by its subject; only one of their own."""
    name = replies.answered_by(job.title)
    found = answers.named(tools.engine, name) if name is not None else None
    return found if found is not None and found.author == job.author else None


def _thread_behind(candidate: Candidate, tools: Tools) -> Thread | None:
    """The thread that a link of Reddit's leads to; None for a link to something else."""
    post, comment = candidate.post, candidate.comment
    if candidate.share is not None:
        shared = resolve_share(tools.reddit, candidate.share, tools.addresses)
        post, comment = shared.post, shared.comment
    return read_thread(tools.reddit, post, comment or post) if post is not None else None


def _opened(
    found: Iterable[Candidate], tools: Tools, here: Thread | None
) -> tuple[tuple[Candidate, ...], tuple[Thread, ...]]:
    """With their photos in the place of the first albums and threads, and those threads.

    here: the thread in which they were found; a link to its own post leads to the photos there.
    """
    photos: list[Candidate] = []
    linked: list[Thread] = []
    opened = 0
    for candidate in found:
        if not candidate.to_open:
            photos.append(candidate)
            continue
        opened += 1
        if opened > MAX_OPENED:
            continue
        if candidate.album is not None:
            photos += _album(candidate, tools)
        elif thread := _thread_behind(candidate, tools):
            inside = candidates.in_thread(thread, tools.addresses, tools.bot_name)
            photos += (one for one in inside if not one.to_open)
            if here is None or thread.post.fullname != here.post.fullname:
                linked.append(thread)
    return tuple(photos), tuple(linked)


def _album(candidate: Candidate, tools: Tools) -> tuple[Candidate, ...]:
    """The photos of an album; where imgur does not tell, what else is known of it, or that it is missing."""
    try:
        inside, missing = tools.photos.albums.photos(candidate.album or ""), Missing.PAGE
    except Refused:
        inside, missing = None, Missing.FAILED
    if inside is not None:
        return inside
    if candidate.fallbacks:  # the single picture of that id, or Reddit's preview, which shows the first one
        return (Candidate(candidate.fallbacks[0], candidate.fallbacks[1:]),)
    return (Candidate(candidate.url, missing=missing),)
