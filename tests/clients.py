"""The bot's own client on a sandbox."""

from typing import Any

from bot.reddit.client import Reddit, connect
from bot.sandbox import Sandbox


def client_of(sandbox: Sandbox, name: str = "Bot", **changes: Any) -> Reddit:
    """Logged in over HTTP as an account that there is. changes: other options of praw.Reddit."""
    options = sandbox.praw_settings(name) | changes
    del options["check_for_updates"]  # the bot's client has its own
    return connect(None, options)
