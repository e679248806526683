"""Wiki pages: the settings page of a subreddit, and the kill switch, which only moderators may have written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused
from bot.reddit.client import Reddit
from bot.reddit.errors import translated

ONLY_MODERATORS = 2
"""Reddit's `permlevel` for "only mods may edit and view"."""


@dataclass(frozen=True, slots=True)
class WikiPage:
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


def read_page(reddit: Reddit, subreddit: str, name: str) -> WikiPage:
    """The page as it is now. Raises Refused when the bot may not see it, with Outcome.DELETED when there is none."""
    data = _get(reddit, f"r/{subreddit}/wiki/{name}")["data"]
    author = ((data.get("revision_by") or {}).get("data") or {}).get("name") or ""
    return WikiPage(subreddit, name, data.get("content_md") or "", author, data.get("revision_id") or "")


def find_page(reddit: Reddit, subreddit: str, name: str) -> WikiPage | None:
    """The same; None when there is no such page."""
    try:
        return read_page(reddit, subreddit, name)
    except Refused as refused:
        if refused.outcome is Outcome.DELETED:
            return None
        raise


def write_page(reddit: Reddit, subreddit: str, name: str, text: str, *, reason: str) -> None:
    """Write the wiki page; `reason` stands in its history. Raises Refused when the bot may not."""
    with translated(f"write the wiki page {name} of r/{subreddit}"):
        reddit.subreddit(subreddit).wiki[name].edit(content=text, reason=reason)


def close_page(reddit: Reddit, subreddit: str, name: str) -> None:
    """Let only moderators see and edit the wiki page: where the wiki is open, anybody could change the settings."""
    with translated(f"close the wiki page {name} of r/{subreddit}"):
        reddit.subreddit(subreddit).wiki[name].mod.update(listed=True, permlevel=ONLY_MODERATORS)


def page_url(reddit: Reddit, subreddit: str, name: str) -> str:
    """The address of the wiki page."""
    return f"{reddit.config.reddit_url}/r/{subreddit}/wiki/{name}"


def believed(reddit: Reddit, page: WikiPage) -> tuple[bool, str]:
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


def _by_author(reddit: Reddit, page: WikiPage) -> tuple[bool, str]:
    params = {"user": page.author}
    listed = _get(reddit, f"r/{page.subreddit}/about/moderators", params)["data"]["children"] if page.author else []
    if any(str(one.get("name", "")).lower() == page.author.lower() for one in listed):
        return True, f"u/{page.author}, a moderator, edited it last"
    return False, f"u/{page.author}, who edited it last, is no moderator, and its settings may not be read by the bot"


def _get(reddit: Reddit, path: str, params: Mapping[str, str] | None = None) -> Any:
    with translated(f"read {path}"):
        return reddit.request(method="GET", path=path, params=dict(params or {}))
