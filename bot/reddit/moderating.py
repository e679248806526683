"""The bot as a moderator: invitations, modmail, the moderation log."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from praw.exceptions import RedditAPIException

from bot.domain.refusals import Refused
from bot.reddit.client import Reddit
from bot.reddit.errors import translated


@dataclass(frozen=True, slots=True)
class Place:
    """A subreddit that the bot moderates. `name` is in lower case."""

    name: str
    over_18: bool
    inline_pictures: bool


@dataclass(frozen=True, slots=True)
class Edit:
    """A line of the moderation log about a wiki page. `details` names the page. `subreddit` is in lower case."""

    id: str
    subreddit: str
    details: str
    created: float


def accept_invitation(reddit: Reddit, subreddit: str) -> bool:
    """Become a moderator; False when there is no invitation (any more)."""
    with translated(f"accept the invitation of r/{subreddit}"):
        try:
            reddit.subreddit(subreddit).mod.accept_invite()
        except RedditAPIException as error:
            if any(item.error_type == "NO_INVITE_FOUND" for item in error.items):
                return False
            raise
    return True


def moderated(reddit: Reddit) -> list[Place]:
    """Every subreddit that the bot moderates: one request for each hundred. Its own profile is not one."""
    with translated("list the moderated subreddits"):
        found = [vars(place) for place in reddit.user.moderator_subreddits(limit=None)]
    return [
        Place(
            name=str(place["display_name"]).lower(),
            over_18=bool(place.get("over18")),
            inline_pictures="static" in (place.get("allowed_media_in_comments") or ()),
        )
        for place in found
        if place.get("subreddit_type") != "user"
    ]


def moderates(reddit: Reddit, subreddit: str, bot_name: str) -> bool:
    """Whether the bot is on the list of moderators there; False also when the subreddit is closed to it."""
    try:
        with translated(f"read the moderators of r/{subreddit}"):
            return any(one.name.lower() == bot_name.lower() for one in reddit.subreddit(subreddit).moderator(bot_name))
    except Refused:
        return False


def write_modmail(reddit: Reddit, subreddit: str, subject: str, text: str, *, since: datetime) -> None:
    """Tell the moderators something, once: not again when they were told under that subject after `since`.

    Raises Refused when they cannot be told. A bot that may not read modmail writes as anybody can.
    """
    doing = f"write to the moderators of r/{subreddit}"
    try:
        if _told(reddit, subreddit, subject, since):
            return
        with translated(doing):
            # To nobody: a discussion among the moderators, of whom the bot is one.
            nobody: Any = None
            reddit.subreddit(subreddit).modmail.create(subject=subject, body=text, recipient=nobody)
    except Refused:
        with translated(doing):
            reddit.subreddit(subreddit).message(subject=subject, message=text)


def _told(reddit: Reddit, subreddit: str, subject: str, since: datetime) -> bool:
    params: dict[str, str | int] = {"entity": subreddit, "state": "mod", "limit": 25, "sort": "recent"}
    with translated(f"read the modmail of r/{subreddit}"):
        answer = reddit.request(method="GET", path="api/mod/conversations", params=params)
    talks = answer.get("conversations", {}).values()
    return any(talk["subject"] == subject and _when(talk) >= since.replace(microsecond=0) for talk in talks)


def _when(talk: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(talk["lastUpdated"])


def wiki_edits(reddit: Reddit) -> Iterator[Edit]:
    """Edits of wiki pages in every moderated subreddit, newest first: one request for each hundred."""
    with translated("read the moderation log"):
        for entry in reddit.subreddit("mod").mod.log(action="wikirevise", limit=None):
            known = vars(entry)
            yield Edit(
                id=str(known["id"]),
                subreddit=str(known.get("subreddit") or "").lower(),
                details=str(known.get("details") or ""),
                created=float(known["created_utc"]),
            )
