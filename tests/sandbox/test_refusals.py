"""What the sandbox refuses, and which exception the real PRAW makes of it."""

from collections.abc import Callable

import praw
import prawcore
import pytest
from praw.exceptions import RedditAPIException

from bot.sandbox.server import Sandbox


def _codes(error: pytest.ExceptionInfo[RedditAPIException]) -> list[str]:
    return [item.error_type for item in error.value.items]


@pytest.mark.parametrize("code", ["TOO_OLD", "THREAD_LOCKED", "DELETED_COMMENT", "USER_BLOCKED", "TOO_LONG", "NO_TEXT"])
def test_refused_replies(sandbox: Sandbox, reddit: praw.Reddit, code: str) -> None:
    world = sandbox.world
    post = world.post_text("pics", "alice", "Post")
    comment = world.comment(post.fullname, "carol", "Comment")
    text = {"TOO_LONG": "x" * 10_001, "NO_TEXT": " "}.get(code, "Hello")
    if code == "TOO_OLD":
        world.archive(post.fullname)
    elif code == "THREAD_LOCKED":
        world.lock(post.fullname)
    elif code == "DELETED_COMMENT":
        world.delete(comment.fullname)
    elif code == "USER_BLOCKED":
        world.user("carol").blocked["bot"] = 0.0
    with pytest.raises(RedditAPIException) as error:
        reddit.comment(comment.id).reply(text)
    assert _codes(error) == [code]
    assert world.replies_by("bot") == []


def test_checks_come_in_reddits_order(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    """A thread with everything wrong names the first reason, and the next once that is gone."""
    world = sandbox.world
    post = world.post_text("pics", "alice", "Post", archived=True, locked=True, deleted=True)
    world.subreddit("pics").banned.add("bot")
    world.user("alice").blocked["bot"] = 0.0
    with pytest.raises(prawcore.Forbidden):
        reddit.submission(post.id).reply("")
    world.subreddit("pics").banned.clear()
    fixes: list[tuple[str, Callable[[], object]]] = [
        ("USER_BLOCKED", world.user("alice").blocked.clear),
        ("TOO_OLD", lambda: setattr(post, "archived", False)),
        ("THREAD_LOCKED", lambda: setattr(post, "locked", False)),
        ("DELETED_COMMENT", lambda: setattr(post, "deleted", False)),
        ("NO_TEXT", lambda: None),
    ]
    for code, fix in fixes:
        with pytest.raises(RedditAPIException) as error:
            reddit.submission(post.id).reply("")
        assert _codes(error) == [code]
        fix()


def test_missing_parent_is_forbidden(reddit: praw.Reddit) -> None:
    with pytest.raises(prawcore.Forbidden):
        reddit.comment("nope").reply("Hello")


def test_closed_subreddits(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    sandbox.world.add_subreddit("secret", private=True)
    sandbox.world.add_subreddit("shady", quarantine=True)
    with pytest.raises(prawcore.Forbidden) as error:
        list(reddit.subreddit("secret").new())
    assert error.value.response.json()["reason"] == "private"
    with pytest.raises(prawcore.Forbidden) as error:
        list(reddit.subreddit("shady").new())
    assert error.value.response.json()["reason"] == "quarantined"
    reddit.subreddit("shady").quaran.opt_in()
    assert list(reddit.subreddit("shady").new()) == []
    with pytest.raises(prawcore.Redirect):
        list(reddit.subreddit("nowhere").new())
    with pytest.raises(prawcore.NotFound):
        reddit.redditor("nobody")._fetch()


def test_calls_run_out(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    sandbox.world.calls_per_window = 1000
    reddit.user.me()
    assert (reddit.auth.limits["used"], reddit.auth.limits["remaining"]) == (1, 999)
    sandbox.world.calls_per_window = 1
    with pytest.raises(prawcore.TooManyRequests) as error:
        reddit.user.me(use_cache=False)
    assert 0 < int(error.value.response.headers["retry-after"]) <= 600


def test_all_logins_of_an_application_share_its_calls(sandbox: Sandbox, login: Callable[..., praw.Reddit]) -> None:
    sandbox.world.calls_per_window = 1000
    sandbox.world.apps["other"] = "secret"
    first, second = login("bot"), login("bot")
    other = login("bot", client_id="other", client_secret="secret")
    used = []
    for reddit in (first, second, other):
        reddit.user.me()
        used.append(reddit.auth.limits["used"])
    assert used == [1, 2, 1]
