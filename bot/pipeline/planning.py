"""What will be made: which of the photos, and with which settings."""

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.candidates import Candidate, Missing, first_to_have
from bot.domain.delivery import Delivery
from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused, RetryLater
from bot.domain.request import Request
from bot.domain.rules import Rules
from bot.domain.verdict import Verdict
from bot.pipeline import films
from bot.pipeline.finding import Found
from bot.pipeline.jumps import given_again
from bot.pipeline.results import Located
from bot.pipeline.tools import ATTEMPTS_PER_PHOTO, MAX_PHOTOS, Tools
from bot.store import answers, pictures
from bot.store.tables import Job

_OUTCOMES = {
    Missing.UNPROCESSED: Outcome.PHOTO_UNREACHABLE,
    Missing.FAILED: Outcome.PHOTO_GONE,
    Missing.PAGE: Outcome.PICTURE_PAGE,
    None: Outcome.NO_PHOTO,
}


def plan(job: Job, request: Request, found: Found, delivery: Delivery, rules: Rules, tools: Tools) -> Located:
    """Store the photos that are meant and what will be made of them.

    Raises Refused where the request names a photo that is not there, RetryLater for one that is not ready, and Goto to
    the reply where the one photo was coloured so in this thread before.
    """
    request = _inherit(request, found, tools)
    chosen, missing = _choose(request, found.photos, job.attempts)
    if len(chosen) == 1 and (one := next(iter(chosen.values()))).moving:
        films.refuse_unless_taken(job, one.url, tools, one.seconds)
    pictures.set_photos(tools.engine, job, chosen)
    request, notes = _possible(request, tools)
    located = Located(request, (*notes, *missing), delivery, found.thread.post if found.thread is not None else None)
    photos = pictures.photos_of(tools.engine, job)
    seed = pictures.seeds_used(tools.engine, job, photos) if request.again else 0
    model = request.model or _model(rules, tools)
    settings = request.settings(style=rules.look, model=model, seed=seed, like=rules.like, palette=rules.palette)
    if len(photos) == 1 and job.post is not None:
        before = pictures.earlier(tools.engine, job, settings, request.variants, url=photos[0].url)
        # What somebody had coloured by `force` is not for those who do not know that it has colour.
        if before is not None and (request.force or before.verdict != Verdict.COLOUR):
            raise given_again(tools.engine, photos[0], before, located)
    for photo in photos:
        pictures.plan(tools.engine, photo, settings, request.variants)
    return located


def _inherit(request: Request, found: Found, tools: Tools) -> Request:
    """In a reply to an answer, the same photo is meant as there."""
    if request.photos or request.all:
        return request
    answered = found.answered
    if answered is None and found.thread is not None and found.thread.comments:
        answered = answers.named(tools.engine, found.thread.comments[0].parent)
    if answered is None or not answered.wanted:
        return request
    before = Request.from_json(answered.wanted)
    return replace(request, photos=before.photos, all=before.all)


def _choose(
    request: Request, photos: tuple[Candidate, ...], attempts: int
) -> tuple[Mapping[int, Candidate], list[str]]:
    """The photos that are meant, by their number as the asker counts them, and what is said of the others.

    attempts: how often it was waited before for photos that Reddit is still at work on.
    """
    if not photos:
        raise Refused(Outcome.NO_PHOTO)
    numbers = list(request.numbers(len(photos), MAX_PHOTOS))
    if not request.photos and not request.all:
        numbers = [first_to_have(photos) or 1]
    if wrong := [number for number in numbers if not 1 <= number <= len(photos)]:
        raise Refused(Outcome.NO_SUCH_PHOTO, f"photo {wrong[0]} of {len(photos)}")
    chosen = {number: photos[number - 1] for number in numbers}
    waiting = [number for number, one in chosen.items() if one.missing is Missing.UNPROCESSED]
    if waiting and (len(chosen) == 1 or attempts < ATTEMPTS_PER_PHOTO):
        raise RetryLater(f"Reddit is still at work on photo {waiting[0]}", then=Outcome.PHOTO_UNREACHABLE)
    there = {number: one for number, one in chosen.items() if one.missing is None}
    if not there:
        first = next(iter(chosen.values()))
        raise Refused(_OUTCOMES[first.missing], first.url)
    return there, [f"Photo {number} is not to be had" for number in chosen if number not in there]


def _possible(request: Request, tools: Tools) -> tuple[Request, list[str]]:
    """The request as far as it can be met, and what the asker is told about the rest."""
    notes = [f"I could not read this: {what}" for what in request.misread]
    if request.model is not None and request.model not in tools.models:
        notes.append(f"I have no model {request.model}; I have {', '.join(tools.models)}")
        request = replace(request, model=None)
    if (request.all or len(request.photos) > 1) and request.variants > 1:
        notes.append("Variants are for one photo; these are the best results of each")
        request = replace(request, variants=1)
    return request, notes


def _model(rules: Rules, tools: Tools) -> str:
    """The subreddit's model, as long as it is installed."""
    return rules.model if rules.model in tools.models and rules.model else tools.default_model
