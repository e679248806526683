"""The bot's own account."""

from bot.reddit.client import Reddit
from bot.reddit.errors import translated


def whoami(reddit: Reddit) -> str:
    """The bot's user name; the first call that needs valid credentials."""
    with translated("log in"):
        return str(reddit.user.me())
