"""Locate: may the bot answer, and which photo is meant."""

from typing import Any

from bot.domain import candidates, policy, summons
from bot.domain.outcomes import Outcome, Refused
from bot.domain.things import Source
from bot.pipeline.tools import Tools
from bot.reddit.listings import thread as read_thread
from bot.store.tables import Job


def locate(job: Job, tools: Tools) -> dict[str, Any]:
    """Decide from the present state of the thread; finds the addresses of the photo."""
    asked = job.as_source() is Source.MENTION or summons.mentions(job.body, tools.bot_name)
    _refuse(policy.refusal_of_asker(job.author, job.as_source(), tools.bot_name, mentioned=asked))
    if job.post is None:
        raise Refused(Outcome.NO_PHOTO, f"{job.summons} belongs to no post")
    thread = read_thread(tools.reddit, job.post, job.summons)
    _refuse(policy.refusal_of_thread(thread))
    words = summons.parse(job.body, tools.bot_name)
    found = candidates.in_thread(thread, tools.image_url, tools.bot_name)
    if not found:
        raise Refused(Outcome.NO_PHOTO, Outcome.NO_PHOTO.meaning)
    number = 1 if words.photo is None else words.photo
    if not 1 <= number <= len(found):
        raise Refused(Outcome.NO_SUCH_PHOTO, f"photo {number} of {len(found)}")
    chosen = found[number - 1]
    return {
        "photo_url": chosen.url,
        "photo_fallbacks": list(chosen.fallbacks),
        "force": words.force,
        "title": thread.post.title,
        "subreddit": thread.post.subreddit,
    }


def _refuse(outcome: Outcome | None) -> None:
    if outcome is not None:
        raise Refused(outcome, outcome.meaning)
