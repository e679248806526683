"""Modmail: the bot's conversation with the moderators of a subreddit, of whom it is one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.reddit_types import storable
from bot.reddit.client import Reddit
from bot.reddit.errors import translated

MOST = 100
"""Conversations that Reddit lists in one request."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of a conversation."""

    id: str
    author: str
    text: str
    sent: datetime


def find(reddit: Reddit, subreddit: str, subject: str) -> str | None:
    """The id of the newest discussion among the moderators under that subject; None when there is none.

    Raises Refused when the bot may not read modmail there.
    """
    with translated(f"read the modmail of r/{subreddit}"):
        talks = _listed(reddit, entity=subreddit)
    return next((str(one["id"]) for one in talks if one["subject"] == subject), None)


def changed(reddit: Reddit) -> dict[str, datetime]:
    """When each discussion among moderators was written in last, by its id: one request for all subreddits."""
    with translated("read the modmail"):
        return {str(one["id"]): datetime.fromisoformat(one["lastUpdated"]) for one in _listed(reddit)}


def letters(reddit: Reddit, conversation: str) -> list[Letter]:
    """All messages of a conversation, oldest first. Raises Refused, with Outcome.DELETED when there is none."""
    with translated(f"read the modmail conversation {conversation}"):
        answer = reddit.request(method="GET", path=f"api/mod/conversations/{conversation}")
    found = [_letter(one) for one in answer["messages"].values()]
    return sorted(found, key=lambda letter: letter.sent)


def begin(reddit: Reddit, subreddit: str, subject: str, text: str) -> str:
    """Open a discussion among the moderators; returns its id. Raises Refused when the bot may not."""
    with translated(f"write to the moderators of r/{subreddit}"):
        nobody: Any = None  # as recipient: a discussion among the moderators
        made = reddit.subreddit(subreddit).modmail.create(subject=subject, body=text, recipient=nobody)
    return str(made.id)


def answer(reddit: Reddit, subreddit: str, conversation: str, text: str) -> None:
    """Add a message to a conversation. Raises Refused when the bot may not."""
    with translated(f"write to the moderators of r/{subreddit}"):
        reddit.post(f"api/mod/conversations/{conversation}", data={"body": text})


def write_from_outside(reddit: Reddit, subreddit: str, subject: str, text: str) -> None:
    """Write to the moderators as anybody can; each such letter is a conversation of its own."""
    with translated(f"write to the moderators of r/{subreddit}"):
        reddit.subreddit(subreddit).message(subject=subject, message=text)


def _listed(reddit: Reddit, **params: str) -> list[Mapping[str, Any]]:
    wanted: dict[str, str | int] = {"state": "mod", "limit": MOST, "sort": "recent", **params}
    answer = reddit.request(method="GET", path="api/mod/conversations", params=wanted)
    known = answer.get("conversations", {})
    return [known[id_] for id_ in answer.get("conversationIds", known)]


def _letter(one: Mapping[str, Any]) -> Letter:
    author = str((one.get("author") or {}).get("name") or "")
    return Letter(str(one["id"]), author, storable(one.get("bodyMarkdown")), datetime.fromisoformat(one["date"]))
