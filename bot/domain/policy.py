"""Whether the bot answers, and where: the first reason not to counts. Pure.

Asked in this order, cheap questions first: who asks and in which words (`refusal_of_asker`), what the database knows
(`decide`), what the thread looks like now (`decide_in_thread`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain import limits
from bot.domain.delivery import Delivery
from bot.domain.limits import Counts, Limits
from bot.domain.outcomes import Outcome
from bot.domain.reddit_types import Source, Thread
from bot.domain.refusals import Refused
from bot.domain.rules import Rules
from bot.domain.silence import EFFECTS, Reason
from bot.domain.word_lists import word_set

_BOTS = word_set("""
    AutoModerator sneakpeekbot RemindMeBot RepostSleuthBot GifReversingBot stabbot vredditdownloader savevideobot
    WikiSummarizerBot ImagesOfNetwork image_linker_bot haikusbot B0tRank good-human-bot WhyNotCollegeBoard
    timezone_bot CommonMisspellingBot alternate-bot SaveVideo RedditMP4Bot DownloadVideo VredditShare nice-scores
    exclaim_bot LuckyNumber-Bot BotDefense bot-bouncer coloringbot DaColorizerBot TitleToImageBot magic_eye_bot
    transcribersofreddit converter-bot metric_units lolimbot reddit
""")
KNOWN_BOTS = frozenset(map(str.lower, _BOTS))
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


@dataclass(frozen=True, slots=True)
class Stored:
    """What database and settings say of a summons, before Reddit is asked.

    source: how the bot came to it.
    asker, place: why the asker, and the subreddit, are not answered; empty when they are.
    counts, limits: answers so far, and the most that there may be.
    elsewhere: where an answer goes that its subreddit will not take; None for nowhere.
    by_message: the subreddit's rules want answers as private messages.
    """

    source: Source
    asker: frozenset[Reason] = frozenset()
    place: frozenset[Reason] = frozenset()
    counts: Counts = field(default_factory=Counts)
    limits: Limits = field(default_factory=Limits)
    elsewhere: Delivery | None = None
    by_message: bool = False


def decide(stored: Stored) -> Delivery:
    """Where the answer goes. Raises Refused where there must be none."""
    asked = stored.source is not Source.SCAN
    elsewhere = stored.elsewhere if asked else None  # nobody waits for an answer that nobody asked for
    _refuse(refusal_by_silence(stored.asker, stored.place, elsewhere=elsewhere is not None))
    if stored.place and elsewhere is not None:
        delivery = elsewhere
    elif stored.source is Source.MESSAGE or (stored.by_message and asked):
        delivery = Delivery.MESSAGE
    else:
        delivery = Delivery.COMMENT
    if not asked and stored.counts.in_thread:
        _refuse(Outcome.ANSWERED_THERE, delivery)
    _refuse(limits.refusal(stored.counts, stored.limits), delivery)
    return delivery


@dataclass(frozen=True, slots=True)
class InThread:
    """A thread as it is now, and what is stored about it.

    source, asker: how the bot came to the summons, and who wrote it.
    rules: those of the subreddit of the post, which a message may link to from elsewhere.
    author: why the post's author is not answered; empty when they are.
    moment: now, in UTC; None where the hour does not matter.
    """

    thread: Thread
    source: Source
    asker: str | None
    rules: Rules
    author: frozenset[Reason] = frozenset()
    moment: datetime | None = None


def decide_in_thread(known: InThread) -> None:
    """Raises Refused where the thread's state, its subreddit's rules or the post's author forbid an answer."""
    post, by_message = known.thread.post, known.source is Source.MESSAGE
    refusal = refusal_of_thread(known.thread, nsfw=known.rules.nsfw == "allow")
    if not (by_message and refusal in {Outcome.LOCKED, Outcome.ARCHIVED}):  # a message is answered by message
        _refuse(refusal)
    if not by_message:
        if known.moment is not None and known.rules.rests(known.moment):
            _refuse(Outcome.RESTING)
        asker = post.author if known.source is Source.SCAN else known.asker
        _refuse(known.rules.refusal(post.flair, asker, post.over_18, known.source))
    _refuse(refusal_by_silence(known.author, (), elsewhere=False))


def _refuse(outcome: Outcome | None, deliver_to: Delivery | None = None) -> None:
    if outcome is not None:
        raise Refused(outcome, deliver_to=deliver_to)
