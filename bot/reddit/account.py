"""The bot's own account."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.reddit.client import Reddit
from bot.reddit.errors import translated


def whoami(reddit: Reddit) -> str:
    """The bot's user name; the first call that needs valid credentials."""
    with translated("log in"):
        return str(reddit.user.me())


@dataclass(frozen=True, slots=True)
class Account:
    """What Reddit says of the bot's account."""

    name: str
    suspended: bool
    created: datetime
    comment_karma: int
    verified_email: bool


def account(reddit: Reddit) -> Account:
    """The bot's account as it is now."""
    with translated("read the bot's account"):
        data = reddit.request(method="GET", path="api/v1/me")
    return Account(
        name=data["name"],
        suspended=bool(data.get("is_suspended")),
        created=datetime.fromtimestamp(data.get("created_utc") or 0, UTC),
        comment_karma=int(data.get("comment_karma") or 0),
        verified_email=bool(data.get("has_verified_email")),
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """What a subreddit has to say of the bot."""

    banned: bool
    moderates: bool


def standing(reddit: Reddit, subreddit: str) -> Standing:
    """Whether the bot is banned in a subreddit, or moderates it. Raises Refused where it may not even see that."""
    with translated(f"ask how the bot stands in r/{subreddit}"):
        about: Any = reddit.request(method="GET", path=f"r/{subreddit}/about/")
    data = about["data"]
    return Standing(bool(data.get("user_is_banned")), bool(data.get("user_is_moderator")))
