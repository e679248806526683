"""Whether the bot answers: the first reason not to, or none. Pure; the order is that of the checks below."""

import re
from collections.abc import Iterable

from bot.domain.outcomes import Outcome
from bot.domain.silence import EFFECTS, Reason
from bot.domain.things import Source, Thread

KNOWN_BOTS = frozenset(
    name.lower()
    for name in (
        "AutoModerator", "sneakpeekbot", "RemindMeBot", "RepostSleuthBot", "GifReversingBot", "stabbot",
        "vredditdownloader", "savevideobot", "WikiSummarizerBot", "ImagesOfNetwork", "image_linker_bot",
        "haikusbot", "B0tRank", "good-human-bot", "WhyNotCollegeBoard", "timezone_bot", "CommonMisspellingBot",
        "alternate-bot", "SaveVideo", "RedditMP4Bot", "DownloadVideo", "VredditShare", "nice-scores", "exclaim_bot",
        "LuckyNumber-Bot", "BotDefense", "bot-bouncer", "coloringbot", "DaColorizerBot",
        "TitleToImageBot", "magic_eye_bot", "transcribersofreddit", "converter-bot", "metric_units", "lolimbot",
        "reddit",
    )
)  # fmt: skip
"""Accounts that would answer an answer."""

_BOT_NAME = re.compile(r"(?:^|[_-])bot(?:$|[_-]|\d)|bot$", re.IGNORECASE)
"""A reply from such a name is no wish: two bots that answer each other would not stop. A mention is."""

DELIVERED_ELSEWHERE = frozenset({Reason.BANNED, Reason.MUTED, Reason.LEFT})
"""Reasons against a comment in a subreddit that do not forbid to answer somebody who asked, in another place."""


def refusal_of_asker(
    author: str | None, source: Source, bot_name: str, *, understood: bool, ignored: Iterable[str] = ()
) -> Outcome | None:
    """Why a summons is not looked into at all: who asks, how it came, and whether it is meant for the bot.

    ignored: accounts that the operator adds to KNOWN_BOTS.
    """
    if author and author.lower() == bot_name.lower():
        return Outcome.OWN_THING
    if author and author.lower() in KNOWN_BOTS | {name.lower() for name in ignored}:
        return Outcome.ASKED_BY_BOT
    if author and source is Source.REPLY and _BOT_NAME.search(author):
        return Outcome.ASKED_BY_BOT
    if author is None and source is Source.MESSAGE:  # from Reddit itself, or from moderators as such
        return Outcome.NOT_SUMMONED
    if source is not Source.SCAN and not understood:
        return Outcome.NOT_SUMMONED
    return None


def refusal_by_silence(people: Iterable[Reason], place: Iterable[Reason], *, elsewhere: bool) -> Outcome | None:
    """Why nobody is answered there: what asker and post's author said, and what the subreddit did before.

    elsewhere: the answer may go to another place than the subreddit.
    """
    for reason in sorted(people):
        return EFFECTS[reason].outcome
    for reason in sorted(place):
        if not (elsewhere and reason in DELIVERED_ELSEWHERE):
            return EFFECTS[reason].outcome
    return None


def refusal_of_thread(thread: Thread, *, nsfw: bool = False) -> Outcome | None:
    """Why the bot does not answer in that thread, from its present state. nsfw: NSFW posts are welcome there."""
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
    if any(one.over_18 for one in shown) and not nsfw:
        return Outcome.NSFW
    if post.locked or (asked is not None and asked.locked):
        return Outcome.LOCKED
    if post.archived:
        return Outcome.ARCHIVED
    return None
