"""Reading posts and threads."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from bot.domain.outcomes import Outcome, Refused
from bot.domain.things import Comment, Post, Source, Summons, Thread
from bot.reddit.client import Reddit
from bot.reddit.errors import translated

PAGE = 100
"""Posts that Reddit gives in one answer."""

CONTEXT = 8
"""How many comments above the summoning one are looked at."""


def new_posts(
    reddit: Reddit, subreddit: str, *, since: datetime, known: Callable[[Iterable[str]], set[str]]
) -> list[Summons]:
    """Posts of a scanned subreddit that are newer than `since` and not known yet, oldest first.

    Whole pages are read until one brings nothing new or an older post: downtime leaves no gap, and neither does a
    post that moderators approve later, below newer ones.
    """
    found: list[Summons] = []
    with translated(f"read new posts of r/{subreddit}"):
        listing = iter(reddit.subreddit(subreddit).new(limit=1000))
        while page := list(islice(listing, PAGE)):
            # The attributes that came with the listing: asking the object for another one would fetch each post.
            posts = [
                Post.from_json({**vars(item), "subreddit": subreddit, "crosspost_parent_list": None}) for item in page
            ]
            recent = [post for post in posts if post.created >= since]
            fresh = {post.fullname for post in recent} - known([post.fullname for post in recent])
            found += [_scanned(post) for post in recent if post.fullname in fresh]
            if not fresh or len(recent) < len(posts):
                break
    return found[::-1]


def _scanned(post: Post) -> Summons:
    return Summons(
        fullname=post.fullname,
        source=Source.SCAN,
        subreddit=post.subreddit,
        author=post.author,
        post=post.fullname,
        body="",
        title=post.title,
        permalink=post.permalink,
        created=post.created,
    )


def thread(reddit: Reddit, post: str, summons: str) -> Thread:
    """The present state of the post, of the comments from the summons upwards, and of the replies to it.

    Raises Refused(DELETED) when Reddit has no such thing (any more).
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
    tree = list(_things(answer[1]))
    by_name = {thing["data"]["name"]: thing["data"] for thing in tree if thing["kind"] == "t1"}
    if summons.startswith("t1_") and summons not in by_name:
        raise Refused(Outcome.DELETED, f"{summons} is not in its thread any more")
    below = [thing for thing in tree if thing["data"].get("parent_id") == summons]
    return Thread(
        Post.from_json(answer[0]["data"]["children"][0]["data"]),
        comments=tuple(_upwards(by_name, summons)),
        replies=tuple(Comment.from_json(thing["data"]) for thing in below if thing["kind"] == "t1"),
        complete=all(thing["kind"] == "t1" for thing in below),
    )


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
