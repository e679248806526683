"""What becomes of a reply after it was posted: when it has to go, how often to look, how long to wait. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from bot.domain.reddit_types import known_author, says_removed, says_removed_by_reddit

Data = Mapping[str, Any]
"""The `data` of a t1 or t3, as Reddit gives it."""

TAKEN_DOWN = frozenset({"deleted", "author", "reddit", "copyright_takedown", "content_takedown", "anti_evil_ops"})
"""`removed_by_category` of posts that their author or Reddit itself took away. What a subreddit's moderators or their
filters hide stays its author's, and may come back."""

WARN_AFTER_FAILURES = 8
"""From this failed attempt on, something that should be gone and is not is an error in the log."""


class Removal(StrEnum):
    """Why a reply has to go; the value is what is stored."""

    REQUESTED = "requested"  # the asker or the post's author said `delete`
    SCORE = "score"
    SOURCE_GONE = "source_gone"  # the summons or the post was deleted
    MODERATOR = "moderator"  # moderators removed the reply
    OPERATOR = "operator"
    PURGED = "purged"
    SUBREDDIT_LEFT = "subreddit_left"  # nobody had asked for it but the moderators, who sent the bot away
    UNFINISHED = "unfinished"  # it said that a film is being worked on, of which nothing came
    EXPIRED = "expired"  # its pictures were kept as long as the settings say


@dataclass(frozen=True, slots=True)
class Bounds:
    """When a score makes a reply go: at or below this value, once the reply is so old."""

    remove_at_score: int = -2
    grace: timedelta = timedelta(minutes=30)


def removal(reply: Data | None, sources: Sequence[Data | None], *, age: timedelta, bounds: Bounds) -> Removal | None:
    """Why the reply has to go, or None.

    reply: the bot's comment, None when it is a message or Reddit does not know it. sources: the summons and the post;
    None for one that Reddit does not know. Where Reddit shows none of them, nothing is concluded: that is what a
    subreddit gone private and a bad answer look like.
    """
    if reply is None and not any(sources):
        return None
    if reply is not None:
        if removed_by_moderators(reply):
            return Removal.MODERATOR
        if known_author(reply.get("author")) is None:
            return Removal.OPERATOR  # deleted by hand, with the bot's account
    if any(source is None or gone(source) for source in sources):
        return Removal.SOURCE_GONE
    if reply is not None and not reply.get("score_hidden") and age >= bounds.grace:
        return Removal.SCORE if reply.get("score", 1) <= bounds.remove_at_score else None
    return None


def removed_by_moderators(comment: Data) -> bool:
    """Whether moderators or a filter took the comment away, as far as Reddit tells its author."""
    return says_removed(comment.get("body")) or bool(comment.get("removed") or comment.get("banned_by"))


def gone(thing: Data) -> bool:
    """Whether the author or Reddit took the post or comment away; for a crosspost also its original."""
    if str(thing["name"]).startswith("t1_"):
        if says_removed_by_reddit(thing.get("body")):
            return True
        # Moderators' removal hides the author too, but says so in the text.
        return known_author(thing.get("author")) is None and not says_removed(thing.get("body"))
    if thing.get("removed_by_category") in TAKEN_DOWN or known_author(thing.get("author")) is None:
        return True
    if says_removed_by_reddit(thing.get("selftext")) or says_removed_by_reddit(thing.get("title")):
        return True
    return any(gone(parent) for parent in thing.get("crosspost_parent_list") or ())


def looks(watch: timedelta) -> tuple[tuple[timedelta | None, timedelta], ...]:
    """Up to which age of a reply (None: any), youngest first, to look how often.

    Each quarter of an hour on the first day, each six hours while it is watched. After that once a week: what its
    author deletes years later must go too.
    """
    return (
        (min(timedelta(days=1), watch), timedelta(minutes=15)),
        (watch, timedelta(hours=6)),
        (None, timedelta(days=7)),
    )


def wait_after(failures: int, at_least: float | None = None) -> timedelta:
    """How long to wait after so many failures in a row: a minute, doubled each time, at most a day.

    at_least: seconds that the other side asks for; None where it does not say.
    """
    usual = min(timedelta(days=1), timedelta(minutes=2 ** min(failures - 1, 20)))
    return max(usual, timedelta(seconds=at_least or 0))
