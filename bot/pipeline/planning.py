"""What will be made: which of the photos, and with which settings."""

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.candidates import Candidate
from bot.domain.delivery import Delivery
from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused
from bot.domain.rules import Rules
from bot.domain.verdict import Verdict
from bot.domain.wanted import Wanted, numbered
from bot.pipeline.finding import Found
from bot.pipeline.jumps import given_again
from bot.pipeline.results import Located
from bot.pipeline.tools import MAX_PHOTOS, Tools
from bot.store import answers, pictures
from bot.store.tables import Job


def plan(job: Job, request: Wanted, found: Found, delivery: Delivery, rules: Rules, tools: Tools) -> Located:
    """Store the photos that are meant and what will be made of them.

    Raises Refused where the request names a photo that is not there, and Goto to the reply where the one photo was
    coloured so in this thread before.
    """
    request = _inherit(request, found, tools)
    pictures.set_photos(tools.engine, job, _choose(request, found.photos))
    request, notes = _possible(request, tools)
    located = Located(request, tuple(notes), delivery, found.thread.post if found.thread is not None else None)
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


def _inherit(request: Wanted, found: Found, tools: Tools) -> Wanted:
    """In a reply to an answer, the same photo is meant as there."""
    if found.thread is None or not found.thread.comments or request.photo is not None or request.all:
        return request
    answered = answers.named(tools.engine, found.thread.comments[0].parent)
    if answered is None or not answered.wanted:
        return request
    before = Wanted.from_json(answered.wanted)
    return replace(request, photo=before.photo, all=before.all)


def _choose(request: Wanted, photos: tuple[Candidate, ...]) -> Mapping[int, Candidate]:
    """The photos that are meant, by their number as the asker counts them."""
    if not photos:
        raise Refused(Outcome.NO_PHOTO)
    numbers = list(numbered(request, len(photos), MAX_PHOTOS))
    if wrong := [number for number in numbers if not 1 <= number <= len(photos)]:
        raise Refused(Outcome.NO_SUCH_PHOTO, f"photo {wrong[0]} of {len(photos)}")
    return {number: photos[number - 1] for number in numbers}


def _possible(request: Wanted, tools: Tools) -> tuple[Wanted, list[str]]:
    """The request as far as it can be met, and what the asker is told about the rest."""
    notes = [f"I could not read this: {what}" for what in request.misread]
    if request.model is not None and request.model not in tools.models:
        notes.append(f"I have no model {request.model}; I have {', '.join(tools.models)}")
        request = replace(request, model=None)
    if request.all and request.variants > 1:
        notes.append("Variants are for one photo; these are the best results of each")
        request = replace(request, variants=1)
    return request, notes


def _model(rules: Rules, tools: Tools) -> str:
    """The subreddit's model, as long as it is installed."""
    return rules.model if rules.model in tools.models and rules.model else tools.default_model
