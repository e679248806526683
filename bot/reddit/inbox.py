"""The bot's inbox: unread items as summonses, and marking them read."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bot.domain.reddit_types import Source, Summons, known_author, storable
from bot.domain.summons import post_of_context
from bot.reddit.client import Reddit
from bot.reddit.errors import translated

MOST = 1000
"""Items of the inbox that Reddit gives in all."""

AT_ONCE = 25
"""Items that one call marks as read."""


def unread(reddit: Reddit, *, limit: int = MOST) -> Iterator[Summons]:
    """Unread items, oldest first.

    `unread` and not `mentions`: a mention inside a reply to the bot arrives only as that reply.
    """
    with translated("read the inbox"):
        items = [vars(item) for item in reddit.inbox.unread(limit=limit)]
    for item in reversed(items):
        yield _summons(item)


def received(reddit: Reddit, back_to: datetime) -> list[Summons]:
    """What came into the inbox since then, read or not, oldest first; as far back as Reddit's listings go.

    From the whole inbox: the listing of messages alone sends programs to the login since July 2025.
    """
    items: list[Summons] = []
    with translated("read the whole inbox"):
        for item in reddit.inbox.all(limit=MOST):
            items.append(_summons(vars(item)))
            if items[-1].created < back_to:
                items.pop()
                break
    return items[::-1]


def mark_read(reddit: Reddit, fullnames: list[str]) -> None:
    """Mark inbox items read, so many in one call as PRAW does; doing it again changes nothing."""
    for start in range(0, len(fullnames), AT_ONCE):
        with translated("mark inbox items read"):
            reddit.post("api/read_message/", data={"id": ",".join(fullnames[start : start + AT_ONCE])})


def _summons(item: dict[str, Any]) -> Summons:
    """From the attributes of an inbox item. A mention has neither `permalink` nor `link_id`, only `context`."""
    if item["name"].startswith("t4_"):
        source = Source.MESSAGE
    else:
        source = Source.MENTION if item.get("type") == "username_mention" else Source.REPLY
    context = item.get("context") or ""
    return Summons(
        fullname=item["name"],
        source=source,
        subreddit=str(item.get("subreddit") or ""),
        author=known_author(item.get("author")),
        post=post_of_context(context),
        body=storable(item.get("body")),
        title=storable(item.get("link_title") or item.get("subject")),
        permalink=context.partition("?")[0],
        created=datetime.fromtimestamp(item.get("created_utc") or 0, UTC),
    )
