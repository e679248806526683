"""A wiki page whose words count only when nobody but moderators can have written them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.refusals import Refused
from bot.reddit.client import Reddit
from bot.reddit.errors import translated

ONLY_MODERATORS = 2
"""Reddit's `permlevel` for "only mods may edit and view"."""


@dataclass(frozen=True, slots=True)
class ModeratedPage:
    """The newest version of the page and who saved it."""

    subreddit: str
    name: str
    text: str
    author: str
    revision: str

    @property
    def path(self) -> str:
        """As people write it."""
        return f"r/{self.subreddit}/wiki/{self.name}"


def read_page(reddit: Reddit, page: str) -> ModeratedPage:
    """The page of the given "subreddit/name"."""
    subreddit, _, name = page.partition("/")
    data = _get(reddit, f"r/{subreddit}/wiki/{name}")["data"]
    author = ((data.get("revision_by") or {}).get("data") or {}).get("name") or ""
    return ModeratedPage(subreddit, name, data["content_md"], author, data.get("revision_id") or "")


def believed(reddit: Reddit, page: ModeratedPage) -> tuple[bool, str]:
    """Whether the page speaks for the moderators, and why (not).

    Its settings decide. Reddit shows them to moderators only; where the bot is none, the last editor has to be one.
    """
    try:
        level = _get(reddit, f"r/{page.subreddit}/wiki/settings/{page.name}")["data"]["permlevel"]
    except Refused:
        return _by_author(reddit, page)
    if level == ONLY_MODERATORS:
        return True, "only moderators may edit it"
    return False, 'others than moderators may edit it: set it to "only mods may edit and view" in the page\'s settings'


def _by_author(reddit: Reddit, page: ModeratedPage) -> tuple[bool, str]:
    params = {"user": page.author}
    listed = _get(reddit, f"r/{page.subreddit}/about/moderators", params)["data"]["children"] if page.author else []
    if any(str(one.get("name", "")).lower() == page.author.lower() for one in listed):
        return True, f"u/{page.author}, a moderator, edited it last"
    return False, f"u/{page.author}, who edited it last, is no moderator, and its settings may not be read by the bot"


def _get(reddit: Reddit, path: str, params: Mapping[str, str] | None = None) -> Any:
    with translated(f"read {path}"):
        return reddit.request(method="GET", path=path, params=dict(params or {}))
