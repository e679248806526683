"""Whether the bot answers: the first reason not to, or none. Pure; the order is that of the checks below."""

from bot.domain.outcomes import Outcome
from bot.domain.things import Source, Thread

KNOWN_BOTS = frozenset(
    name.lower()
    for name in (
        "AutoModerator", "sneakpeekbot", "RemindMeBot", "RepostSleuthBot", "GifReversingBot", "stabbot",
        "vredditdownloader", "savevideobot", "WikiSummarizerBot", "ImagesOfNetwork", "image_linker_bot",
    )
)  # fmt: skip
"""Accounts that would answer an answer."""


def refusal_of_asker(author: str | None, source: Source, bot_name: str, *, mentioned: bool) -> Outcome | None:
    """Why a summons is not looked into at all: who asks, how it came, and whether it names the bot."""
    if author and author.lower() == bot_name.lower():
        return Outcome.OWN_THING
    if author and author.lower() in KNOWN_BOTS:
        return Outcome.ASKED_BY_BOT
    if source is not Source.SCAN and not mentioned:
        return Outcome.NOT_SUMMONED
    return None


def refusal_of_thread(thread: Thread) -> Outcome | None:
    """Why the bot does not answer in that thread, from its present state."""
    post = thread.post
    shown = [post] if post.crosspost_parent is None else [post, post.crosspost_parent]  # whose photo it is counts too
    asked = thread.comments[0] if thread.comments else None
    if any(one.author is None or one.removed_by in {"deleted", "author"} for one in shown):
        return Outcome.DELETED
    if any(one.removed_by is not None for one in shown) or (asked is not None and asked.removed):
        return Outcome.REMOVED
    if asked is not None and asked.author is None:
        return Outcome.DELETED
    if any(one.quarantine for one in shown):
        return Outcome.QUARANTINED
    if any(one.over_18 for one in shown):
        return Outcome.NSFW
    if post.locked or (asked is not None and asked.locked):
        return Outcome.LOCKED
    if post.archived:
        return Outcome.ARCHIVED
    return None
