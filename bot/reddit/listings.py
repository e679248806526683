"""Reading posts and threads."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import praw

from bot.domain.things import Comment, Post, Source, Summons, Thread
from bot.reddit.errors import translated

CONTEXT = 8
"""How many comments above the summoning one are looked at."""


def new_posts(
    reddit: praw.Reddit, subreddit: str, *, since: datetime, known: Callable[[Iterable[str]], set[str]]
) -> list[Summons]:
    """Posts of a scanned subreddit that are newer than `since` and not known yet, oldest first.

    Pages are read until a known post or an older one appears, so downtime leaves no gap; and as the oldest is
    received first, a crash in between leaves none either.
    """
    found: list[Summons] = []
    with translated(f"read new posts of r/{subreddit}"):
        for submission in reddit.subreddit(subreddit).new(limit=1000):
            # The attributes that came with the listing: asking the object for another one would fetch each post.
            post = Post.from_json({**vars(submission), "subreddit": subreddit, "crosspost_parent_list": None})
            if post.created < since or known([post.fullname]):
                break
            found.append(
                Summons(
                    fullname=post.fullname,
                    source=Source.SCAN,
                    subreddit=subreddit,
                    author=post.author,
                    post=post.fullname,
                    body="",
                    title=post.title,
                    permalink=post.permalink,
                    created=post.created,
                )
            )
    return found[::-1]


def thread(reddit: praw.Reddit, post: str, summons: str) -> Thread:
    """The post and, when the summons is a comment, the comments from it upwards.

    Raises Refused(DELETED) when Reddit has no such thing (any more).
    """
    post_id = post.removeprefix("t3_")
    path = f"comments/{post_id}/"
    params: dict[str, str | int] = {"limit": 1}
    if summons.startswith("t1_"):
        path = f"comments/{post_id}/_/{summons.removeprefix('t1_')}"
        params = {"context": CONTEXT, "limit": 100}
    with translated(f"read the thread of {summons}"):
        answer = reddit.request(method="GET", path=path, params=params)
    found = Post.from_json(answer[0]["data"]["children"][0]["data"])
    chain = _chain(answer[1], summons) if summons.startswith("t1_") else ()
    return Thread(found, tuple(chain))


def replies_to(reddit: praw.Reddit, post: str, parent: str) -> tuple[list[Mapping[str, Any]], bool]:
    """The direct replies to `parent` (newest first, as JSON), and whether that is all of them."""
    post_id = post.removeprefix("t3_")
    path = f"comments/{post_id}/"
    params: dict[str, str | int] = {"sort": "new", "limit": 500, "depth": 1}
    if parent.startswith("t1_"):
        path, params = f"comments/{post_id}/_/{parent.removeprefix('t1_')}", {**params, "depth": 2}
    with translated(f"look for an earlier reply under {parent}"):
        answer = reddit.request(method="GET", path=path, params=params)
    below = [child for child in _things(answer[1]) if child["data"].get("parent_id") == parent]
    return [c["data"] for c in below if c["kind"] == "t1"], all(c["kind"] == "t1" for c in below)


def comments_by(reddit: praw.Reddit, user: str) -> list[Mapping[str, Any]]:
    """The newest hundred comments of a user, as JSON."""
    with translated(f"read the comments of u/{user}"):
        answer = reddit.request(method="GET", path=f"user/{user}/comments", params={"sort": "new", "limit": 100})
    return [child["data"] for child in _things(answer) if child["kind"] == "t1"]


def _chain(listing: Mapping[str, Any], summons: str) -> list[Comment]:
    """From the summoning comment up to the highest that the answer holds."""
    by_name = {child["data"]["name"]: child["data"] for child in _things(listing) if child["kind"] == "t1"}
    chain: list[Comment] = []
    name = summons
    while name in by_name and len(chain) <= CONTEXT:
        chain.append(Comment.from_json(by_name[name]))
        name = chain[-1].parent
    return chain


def _things(listing: Any) -> Iterator[Mapping[str, Any]]:
    """Every thing of a comment tree, in any depth."""
    if not isinstance(listing, Mapping):
        return
    for child in listing.get("data", {}).get("children", []):
        yield child
        yield from _things(child.get("data", {}).get("replies"))
