"""Locate: what is wanted, may the bot answer, and which photos are meant."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from bot.domain import candidates, limits, policy, summons
from bot.domain.candidates import Candidate
from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused
from bot.domain.rules import Rules
from bot.domain.things import Source, Thread
from bot.domain.wanted import Command, Wanted, numbered, year_of
from bot.photos.detect import Verdict
from bot.pipeline.commands import obey
from bot.pipeline.jumps import given_again
from bot.pipeline.tools import MAX_ALBUMS, MAX_PHOTOS, Tools
from bot.reddit.links import resolve_share
from bot.reddit.listings import thread as read_thread
from bot.store import answers, pictures, silences
from bot.store.limits import counts
from bot.store.silences import SUBREDDIT, USER
from bot.store.tables import Job

_REDDIT = frozenset({"reddit.com", "www.reddit.com", "old.reddit.com", "new.reddit.com", "np.reddit.com", "redd.it"})

_ALWAYS = frozenset({Command.DELETE, Command.STOP, Command.START})
"""What works wherever and however often it is said; `help` is an answer like any other."""


def locate(job: Job, tools: Tools) -> dict[str, Any]:
    """Decide from the words, from what is remembered and from the present state of the thread."""
    rules = tools.rules(job.subreddit)
    wish = summons.understood(
        job.as_source(), job.body, title=job.title, name=tools.bot_name, command=rules.command or None
    )
    _refuse(
        policy.refusal_of_asker(
            job.author, job.as_source(), tools.bot_name, understood=wish is not None, ignored=tools.ignored
        )
    )
    wish = wish or Wanted()
    if wish.command in _ALWAYS:
        obey(job, wish, tools)
    delivery = job.delivery = _delivery(job, tools, rules)  # where a refusal is explained too
    so_far = counts(tools.engine, job)
    if job.as_source() is Source.SCAN and so_far.in_thread:
        _refuse(Outcome.ANSWERED_THERE)
    _refuse(limits.refusal(so_far, tools.limits.lowered(rules.daily_limit)))
    if wish.command is not None:
        if job.post is not None:
            refuse_thread(job, read_thread(tools.reddit, job.post, job.summons), tools)
        obey(job, wish, tools, delivery)
    place = _look(job, wish, tools)
    if place.thread is not None:
        refuse_thread(job, place.thread, tools)
    wish = _inherit(wish, place, tools)
    chosen = _choose(wish, place.found)
    pictures.set_photos(tools.engine, job, chosen)
    wish, notes = _possible(wish, tools)
    values = {
        "wanted": wish.as_json(),
        "notes": notes,
        "delivery": delivery,
        **(_about(place.thread) if place.thread is not None else {}),
    }
    _plan(job, wish, tools, rules, values)
    return values


@dataclass(frozen=True)
class _Place:
    thread: Thread | None
    found: tuple[Candidate, ...]


def _look(job: Job, wish: Wanted, tools: Tools) -> _Place:
    """The thread that the summons is about, and the photos in it."""
    post, asked = job.post, job.summons
    if job.as_source() is Source.MESSAGE:
        link = summons.link_in(job.body)
        if link is None:
            raise Refused(Outcome.NO_PHOTO, "the message holds no link")
        post, asked = _thing_of(link, tools)
        if post is None:
            linked = candidates.of_link(link, tools.image_url)
            if linked is None:
                raise Refused(Outcome.NO_PHOTO, f"{link[:200]} leads to no post of Reddit's and to no picture")
            return _Place(None, _opened((linked,), tools))
    if post is None:
        raise Refused(Outcome.NO_PHOTO, f"{job.summons} belongs to no post")
    thread = read_thread(tools.reddit, post, asked)
    found = candidates.in_thread(thread, tools.image_url, tools.bot_name, not_meant=wish.like)
    return _Place(thread, _opened(found, tools))


def _thing_of(link: str, tools: Tools) -> tuple[str | None, str]:
    """The post and the comment (or again the post) that a link of Reddit's leads to; None for another link.

    Only the path is used, never the host: a link must not lead the bot's credentials elsewhere.
    """
    try:
        parts = urlsplit(link)
    except ValueError as error:
        raise Refused(Outcome.BAD_URL, f"{link[:200]}: {error}") from error
    own = urlsplit(tools.reddit_url).netloc
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


def _opened(found: tuple[Candidate, ...], tools: Tools) -> tuple[Candidate, ...]:
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
            inside = tools.albums.photos(candidate.album)
        except Refused:
            if len(found) == 1 and not candidate.fallbacks:
                raise
            inside = None
        if inside is None and candidate.fallbacks:  # Reddit's preview shows the first one
            opened.append(Candidate(candidate.fallbacks[0], candidate.fallbacks[1:]))
        opened += inside or ()
    return tuple(opened)


def refuse_thread(job: Job, thread: Thread, tools: Tools) -> None:
    """Raises Refused where the thread's present state, its subreddit's rules or the post's author forbid an answer."""
    post = thread.post
    rules = tools.rules(post.subreddit)
    refusal = policy.refusal_of_thread(thread, nsfw=rules.nsfw == "allow")
    if not (refusal in {Outcome.LOCKED, Outcome.ARCHIVED} and job.as_source() is Source.MESSAGE):
        _refuse(refusal)
    asker = post.author if job.as_source() is Source.SCAN else job.author
    if job.as_source() is not Source.MESSAGE:
        _refuse(rules.refusal(post.flair, asker, post.over_18, job.as_source()))
    _refuse(policy.refusal_by_silence(silences.reasons(tools.engine, USER, post.author), (), elsewhere=False))


def _delivery(job: Job, tools: Tools, rules: Rules) -> str:
    """Where the answer goes. Raises Refused where asker or subreddit are not answered at all."""
    asked = job.as_source() is not Source.SCAN
    place = silences.reasons(tools.engine, SUBREDDIT, job.subreddit)
    elsewhere = asked and tools.elsewhere != "none"
    _refuse(policy.refusal_by_silence(silences.reasons(tools.engine, USER, job.author), place, elsewhere=elsewhere))
    if place:
        return tools.elsewhere
    if job.as_source() is Source.MESSAGE or (rules.reply == "message" and asked):
        return "message"
    return "comment"


def _inherit(wish: Wanted, place: _Place, tools: Tools) -> Wanted:
    """In a reply to an answer, the same photo is meant as there."""
    if place.thread is None or not place.thread.comments or wish.photo is not None or wish.all:
        return wish
    answered = answers.named(tools.engine, place.thread.comments[0].parent)
    if answered is None or not answered.wanted:
        return wish
    before = Wanted.from_json(answered.wanted)
    return replace(wish, photo=before.photo, all=before.all)


def _choose(wish: Wanted, found: tuple[Candidate, ...]) -> Mapping[int, Candidate]:
    if not found:
        raise Refused(Outcome.NO_PHOTO, Outcome.NO_PHOTO.meaning)
    numbers = list(numbered(wish, len(found), MAX_PHOTOS))
    if wrong := [number for number in numbers if not 1 <= number <= len(found)]:
        raise Refused(Outcome.NO_SUCH_PHOTO, f"photo {wrong[0]} of {len(found)}")
    return {number: found[number - 1] for number in numbers}


def _possible(wish: Wanted, tools: Tools) -> tuple[Wanted, list[str]]:
    """The wish as far as it can be met, and what is said about the rest."""
    notes = [f"I could not read this: {what}" for what in wish.misread]
    if wish.model is not None and wish.model not in tools.models:
        notes.append(f"I have no model {wish.model}; I have {', '.join(tools.models)}")
        wish = replace(wish, model=None)
    if wish.all and wish.variants > 1:
        notes.append("Variants are for one photo; these are the best results of each")
        wish = replace(wish, variants=1)
    return wish, notes


def _about(thread: Thread) -> dict[str, Any]:
    post = thread.post
    return {
        "post": post.fullname,
        "title": post.title,
        "subreddit": post.subreddit,
        "post_author": post.author,
        "nsfw": post.over_18,
    }


def _plan(job: Job, wish: Wanted, tools: Tools, rules: Rules, values: dict[str, Any]) -> None:
    """What will be made. One photo that was coloured so in this thread before goes to the reply without new work."""
    photos = pictures.photos_of(tools.engine, job)
    seed = pictures.seeds_used(tools.engine, job, photos) if wish.again else 0
    model = wish.model or _model(rules, tools)
    year = year_of(values.get("title", "")) or rules.year
    if year is not None and not tools.colorizer(model).kind.year:
        year = None  # what changes nothing must not keep a copy of the photo from its result
    settings = wish.settings(style=rules.style, model=model, seed=seed, year=year)
    if len(photos) == 1 and job.post is not None:
        before = pictures.earlier(tools.engine, job, settings, wish.variants, url=photos[0].url)
        # What somebody had coloured by `force` is not for those who do not know that it has colour.
        if before is not None and (wish.force or before.verdict != Verdict.COLOUR.value):
            raise given_again(tools.engine, photos[0], before, values)
    for photo in photos:
        pictures.plan(tools.engine, photo, settings, wish.variants)


def _model(rules: Rules, tools: Tools) -> str:
    """The subreddit's model, as long as it is installed."""
    return rules.model if rules.model in tools.models and rules.model else tools.default_model


def _refuse(outcome: Outcome | None) -> None:
    if outcome is not None:
        raise Refused(outcome, outcome.meaning)
