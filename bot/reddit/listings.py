"""Reading posts and threads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.domain.outcomes import Outcome
from bot.domain.reddit_types import Comment, Post, Source, Summons, Thread, known_author, says_removed, storable
from bot.domain.refusals import Refused, RetryLater
from bot.reddit.client import Reddit
from bot.reddit.errors import reading, translated
from bot.reddit.lookups import look_up

PAGE = 100
"""Posts that Reddit gives in one answer."""

MOST, NEARLY_ALL = 1000, 900
"""Where Reddit's listings end, and from where on an end may be that one: what was removed is missing from pages."""

CONTEXT = 8
"""How many comments above the summoning one are looked at."""

LOOKS = 5
"""So often a comment is looked for of which Reddit knows nothing, before it counts as deleted."""


@dataclass(frozen=True, slots=True)
class Newest:
    """Posts or comments as Reddit's JSON, newest first.

    whole: whether they go back as far as was asked. Reddit's listings end after a thousand things, and one listing of
    many subreddits is no longer than that of one.
    """

    things: tuple[Mapping[str, Any], ...]
    whole: bool


def newest(reddit: Reddit, listing: str, subreddits: Sequence[str], back_to: datetime) -> Newest:
    """The newest posts (`new`) or comments of all these subreddits together, a hundred in a request.

    Reads on until a page ends before `back_to`; so at least one page is read whole, and with it what moderators
    approve late, below newer things. Raises Refused when one of the subreddits is closed to the bot.
    """
    path = f"r/{'+'.join(subreddits)}/{listing}"
    found: list[Mapping[str, Any]] = []
    after: str | None = ""
    while after is not None and len(found) < MOST:
        params: dict[str, str | int] = {"limit": PAGE, "after": after} if after else {"limit": PAGE}
        with translated(f"read {path}"):
            answer = reddit.request(method="GET", path=path, params=params)
        with reading(f"read {path}"):
            found += [child["data"] for child in answer["data"]["children"]]
            after = answer["data"]["after"]
        if found and created(found[-1]) < back_to:
            return Newest(tuple(found), whole=True)
    return Newest(tuple(found), whole=len(found) < NEARLY_ALL)


def post_summons(data: Mapping[str, Any]) -> Summons:
    """A new post of a scanned subreddit, as if it had summoned the bot."""
    return _summons(data, Source.SCAN, post=data["name"], title=data.get("title"))


def comment_summons(data: Mapping[str, Any]) -> Summons:
    """A new comment, as one that summons the bot by the command word."""
    return _summons(data, Source.COMMAND, post=data.get("link_id"), title=data.get("link_title"), body=data.get("body"))


def _summons(data: Mapping[str, Any], source: Source, *, post: str | None, title: Any, body: Any = "") -> Summons:
    return Summons(
        fullname=data["name"],
        source=source,
        subreddit=data.get("subreddit") or "",
        author=known_author(data.get("author")),
        post=post,
        body=storable(body),
        title=storable(title),
        permalink=data.get("permalink") or "",
        created=created(data),
    )


def created(data: Mapping[str, Any]) -> datetime:
    """When a post or comment was made."""
    return datetime.fromtimestamp(data.get("created_utc") or 0, UTC)


def thread(reddit: Reddit, post: str, summons: str) -> Thread:
    """The present state of the post, of the comments from the summons upwards, and of the replies to it.

    A comment that its thread does not show, though Reddit knows it, is taken by its name: threads lag behind the inbox.
    Raises Refused when Reddit has no such post, or says that the comment was deleted or removed, and RetryLater for a
    comment or post that Reddit shows nothing of (yet).
    """
    path = f"comments/{post.removeprefix('t3_')}/"
    params: dict[str, str | int] = {"sort": "new", "limit": 500}
    if summons.startswith("t1_"):
        path += f"_/{summons.removeprefix('t1_')}"
        params["context"] = CONTEXT
    else:
        params["depth"] = 1
    with translated(f"read the thread of {summons}"):
        answer = reddit.request(method="GET", path=path, params=params)
    with reading(f"read the thread of {summons}"):
        posts = [child["data"] for child in answer[0]["data"]["children"]]
        tree = list(_things(answer[1]))
        by_name = {thing["data"]["name"]: thing["data"] for thing in tree if thing["kind"] == "t1"}
    if not posts:
        raise RetryLater(f"Reddit shows nothing of {post}", then=Outcome.DELETED, tries=LOOKS)
    listed = not summons.startswith("t1_") or summons in by_name
    if not listed:
        by_name |= _unlisted(reddit, summons)
    below = [thing for thing in tree if thing["data"].get("parent_id") == summons]
    return Thread(
        Post.from_json(posts[0]),
        comments=tuple(_upwards(by_name, summons)),
        replies=tuple(Comment.from_json(thing["data"]) for thing in below if thing["kind"] == "t1"),
        complete=listed and all(thing["kind"] == "t1" for thing in below),
    )


def _unlisted(reddit: Reddit, name: str) -> dict[str, Mapping[str, Any]]:
    """A comment that its thread does not show, and those above it, by their names."""
    found: dict[str, Mapping[str, Any]] = {}
    for _ in range(CONTEXT + 1):
        known = look_up(reddit, [name])
        if name not in known:
            break
        found |= known
        name = str(known[name].get("parent_id") or "")
        if not name.startswith("t1_"):
            break
    asked = next(iter(found.values()), None)
    if asked is None:
        raise RetryLater(f"{name} is not in its thread", then=Outcome.DELETED, tries=LOOKS)
    if says_removed(asked.get("body")):
        raise Refused(Outcome.REMOVED, f"{asked['name']} was removed")
    if known_author(asked.get("author")) is None:
        raise Refused(Outcome.DELETED, f"{asked['name']} was deleted")
    return found


def comments_by(reddit: Reddit, user: str) -> list[Comment]:
    """The newest hundred comments of a user."""
    with translated(f"read the comments of u/{user}"):
        answer = reddit.request(method="GET", path=f"user/{user}/comments", params={"sort": "new", "limit": 100})
    return [Comment.from_json(thing["data"]) for thing in _things(answer) if thing["kind"] == "t1"]


def _upwards(by_name: Mapping[str, Mapping[str, Any]], summons: str) -> Iterator[Comment]:
    """From the summoning comment to the highest that the answer holds."""
    name = summons
    for _ in range(CONTEXT + 1):
        if name not in by_name:
            return
        comment = Comment.from_json(by_name[name])
        yield comment
        name = comment.parent


def _things(listing: Any) -> Iterator[Mapping[str, Any]]:
    """Every thing of a comment tree, in any depth."""
    if not isinstance(listing, Mapping):
        return
    for child in listing.get("data", {}).get("children", []):
        yield child
        yield from _things(child.get("data", {}).get("replies"))
