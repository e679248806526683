"""The bot as a moderator: invitations and the moderation log."""

from collections.abc import Iterator
from dataclasses import dataclass

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
