"""The bot's own account."""

from dataclasses import dataclass
from datetime import UTC, datetime

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
