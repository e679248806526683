"""Corrections: what somebody published in the studio, made by the ordinary steps and shown in the reply or alone."""

import json
from dataclasses import replace

from bot.domain import policy
from bot.domain.candidates import Candidate
from bot.domain.delivery import Delivery
from bot.domain.outcomes import Outcome
from bot.domain.reddit_types import Source, Thread
from bot.domain.refusals import Refused
from bot.domain.request import Request
from bot.pipeline import permission
from bot.pipeline.results import Located
from bot.pipeline.tools import Tools
from bot.reddit.listings import thread as read_thread
from bot.store import corrections, pictures
from bot.store.corrections import Correctable
from bot.store.reply_log import job_by_id
from bot.store.tables import Job

NOTE = "Colours were corrected by hand"


def plan(job: Job, tools: Tools) -> Located:
    """The photo and the settings of a correction, and where it will be seen. Raises Refused."""
    answer = answer_of(job, tools)
    if outcome := policy.refusal_of_asker(
        job.author, job.source, tools.bot_name, understood=True, ignored=tools.ignored
    ):
        raise Refused(outcome)
    rules = tools.rules(answer.job.subreddit)
    # A correction goes where its answer is, or to a page: never to another place.
    policy.decide(replace(permission.gather_stored(job, rules, tools), elsewhere=None))
    thread = check(job, answer, tools)
    root, photo = answer.job, answer.photo
    in_place = job.author is not None and (root.reply or "").startswith("t1_")
    force = Request.from_json(root.wanted or {}).force
    pictures.set_photos(tools.engine, job, {photo.number: Candidate(photo.url, tuple(photo.fallbacks))})
    settings = json.dumps(
        {"model": tools.default_model, "correction": json.loads(job.body)["correction"]}, sort_keys=True
    )
    for one in pictures.photos_of(tools.engine, job):
        pictures.plan(tools.engine, one, settings, 1)
    request = Request(photos=(photo.number,), force=force)
    return Located(request, (), Delivery.EDIT if in_place else Delivery.PAGE, thread.post if thread else None)


def answer_of(job: Job, tools: Tools) -> Correctable:
    """What is corrected. Raises Refused where it is gone."""
    number = json.loads(job.body)["photo"]
    root = job_by_id(tools.engine, job.revises or 0)
    answer = corrections.correctable(tools.engine, root, number) if root is not None else None
    if answer is None:
        raise Refused(Outcome.TOO_LATE)
    return answer


def check(job: Job, answer: Correctable, tools: Tools) -> Thread | None:
    """Raises Refused where the thread, its rules or its author forbid a correction now; None without a thread."""
    root = answer.job
    if root.post is None:
        return None
    thread = read_thread(tools.reddit, root.post, root.post)
    known = permission.gather_in_thread(job, thread, tools)
    # An answer by message shows nothing in the thread.
    policy.decide_in_thread(replace(known, source=Source.MESSAGE) if root.source is Source.MESSAGE else known)
    return thread
