"""The thread that a summons is about, and the photos in it. Asks Reddit, and the hosts of albums."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.domain import candidates, summons
from bot.domain.candidates import Candidate
from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused
from bot.domain.things import Source, Thread
from bot.domain.wanted import Wanted
from bot.pipeline.tools import MAX_ALBUMS, Tools
from bot.reddit.links import resolve_share
from bot.reddit.listings import thread as read_thread
from bot.store.tables import Job

_REDDIT = frozenset({"reddit.com", "www.reddit.com", "old.reddit.com", "new.reddit.com", "np.reddit.com", "redd.it"})


@dataclass(frozen=True, slots=True)
class Found:
    """thread: None for a picture that a message links to. photos: in the order in which a reader sees them."""

    thread: Thread | None
    photos: tuple[Candidate, ...]


def look(job: Job, request: Wanted, tools: Tools) -> Found:
    """Raises Refused where nothing leads to a photo."""
    post, asked = job.post, job.summons
    if job.source is Source.MESSAGE:
        link = summons.link_in(job.body)
        if link is None:
            raise Refused(Outcome.NO_PHOTO, "the message holds no link")
        post, asked = _thing_of(link, tools)
        if post is None:
            linked = candidates.of_link(link, tools.site.image_url)
            if linked is None:
                raise Refused(Outcome.NO_PHOTO, f"{link[:200]} leads to no post of Reddit's and to no picture")
            return Found(None, _with_albums_opened((linked,), tools))
    if post is None:
        raise Refused(Outcome.NO_PHOTO, f"{job.summons} belongs to no post")
    thread = read_thread(tools.reddit, post, asked)
    photos = candidates.in_thread(thread, tools.site.image_url, tools.bot_name, not_meant=request.like)
    return Found(thread, _with_albums_opened(photos, tools))


def _thing_of(link: str, tools: Tools) -> tuple[str | None, str]:
    """The post and the comment (or again the post) that a link of Reddit's leads to; None for another link.

    Only the path is used, never the host: a link must not lead the bot's credentials elsewhere.
    """
    try:
        parts = urlsplit(link)
    except ValueError as error:
        raise Refused(Outcome.BAD_URL, f"{link[:200]}: {error}") from error
    own = urlsplit(tools.site.reddit_url).netloc
    if (parts.hostname or "") not in _REDDIT and parts.netloc != own:
        return None, ""
    path = parts.path
    if "/s/" in path and "/comments/" not in path:
        path = resolve_share(tools.reddit, path)
    if parts.hostname == "redd.it" and path.strip("/").isalnum():
        path = f"/comments/{path.strip('/')}"
    post = summons.post_of_context(path)
    words = path.strip("/").split("/")
    at = words.index("comments") if "comments" in words else len(words)
    comment = f"t1_{words[at + 3]}" if len(words) > at + 3 else None
    return post, comment or post or ""


def _with_albums_opened(found: tuple[Candidate, ...], tools: Tools) -> tuple[Candidate, ...]:
    """With the photos of the first albums in the place of the albums."""
    opened: list[Candidate] = []
    albums = 0
    for candidate in found:
        if candidate.album is None:
            opened.append(candidate)
            continue
        albums += 1
        if albums > MAX_ALBUMS:
            continue
        try:
            inside = tools.photos.albums.photos(candidate.album)
        except Refused:
            if len(found) == 1 and not candidate.fallbacks:
                raise
            inside = None
        if inside is None and candidate.fallbacks:  # Reddit's preview shows the first one
            opened.append(Candidate(candidate.fallbacks[0], candidate.fallbacks[1:]))
        opened += inside or ()
    return tuple(opened)
