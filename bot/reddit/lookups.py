"""Asking what became of things, by their fullnames, and deleting the bot's own."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused
from bot.reddit.client import Reddit
from bot.reddit.errors import reading, translated

MOST = 100
"""Fullnames that Reddit takes in one request."""


def look_up(reddit: Reddit, fullnames: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """The `data` of each post and comment by its fullname; what Reddit does not know is left out.

    One request for each hundred. Raises RetryLater.
    """
    names = list(dict.fromkeys(fullnames))
    found: dict[str, Mapping[str, Any]] = {}
    for first in range(0, len(names), MOST):
        asked = ",".join(names[first : first + MOST])
        with translated("look up posts and comments"):
            answer: Any = reddit.request(method="GET", path="api/info/", params={"id": asked})
        with reading("look up posts and comments"):
            found |= {child["data"]["name"]: child["data"] for child in answer["data"]["children"]}
    return found


def delete_comment(reddit: Reddit, fullname: str) -> None:
    """Delete the bot's own comment; one that is gone already is no error. Raises RetryLater or Refused."""
    try:
        with translated(f"delete {fullname}"):
            reddit.post("api/del/", data={"id": fullname})
    except Refused as refused:
        if refused.outcome is not Outcome.DELETED:
            raise
