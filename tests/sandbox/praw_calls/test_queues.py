"""The queues of moderators, as lists and as streams."""

from collections.abc import Callable, Iterable

import praw
import pytest

from bot.sandbox.records import Comment, Post
from bot.sandbox.server import Sandbox
from tests.sandbox.praw_calls.people import Login

Thing = Post | Comment
Act = Callable[[Sandbox, Thing], object]

ACTS: dict[str, Act] = {
    "modqueue": lambda sandbox, thing: sandbox.world.report(thing.fullname, "zoe", "Rude"),
    "reports": lambda sandbox, thing: sandbox.world.report(thing.fullname, "zoe", "Rude"),
    "spam": lambda sandbox, thing: sandbox.world.remove(thing.fullname, by="mod", spam=True),
    "edited": lambda sandbox, thing: sandbox.world.edit(thing.fullname, "Changed"),
}


def _filled(sandbox: Sandbox, act: Act) -> tuple[Post, Comment]:
    """A post and a comment to which that happened, beside others to which it did not."""
    world = sandbox.world
    quiet, post = world.post_text("pics", "alice", "Quiet", "x"), world.post_text("pics", "alice", "Loud", "x")
    world.comment(quiet.fullname, "carol", "quiet")
    comment = world.comment(quiet.fullname, "carol", "loud")
    for thing in (post, comment):
        act(sandbox, thing)
    return post, comment


def _names(things: Iterable[object]) -> list[str]:
    return [thing.fullname for thing in things if isinstance(thing, praw.models.Submission | praw.models.Comment)]


@pytest.mark.praw(
    "SubredditModeration.modqueue",
    "SubredditModeration.reports",
    "SubredditModeration.spam",
    "SubredditModeration.edited",
)
def test_queues_hold_what_belongs_there(sandbox: Sandbox, login: Login) -> None:
    for name, act in ACTS.items():
        post, comment = _filled(sandbox, act)
        queue = getattr(login("mod").subreddit("pics").mod, name)
        assert {post.fullname, comment.fullname} <= set(_names(queue())), name
        assert all(one.startswith("t3_") for one in _names(queue(only="submissions"))), name
        assert comment.fullname in _names(queue(only="comments")), name
    assert "Quiet" not in [getattr(one, "title", "") for one in login("mod").subreddit("mod").mod.modqueue()]


@pytest.mark.praw(
    "SubredditModerationStream.modqueue",
    "SubredditModerationStream.reports",
    "SubredditModerationStream.spam",
    "SubredditModerationStream.edited",
)
def test_queues_as_streams(sandbox: Sandbox, login: Login) -> None:
    for name, act in ACTS.items():
        first, _ = _filled(sandbox, act)
        stream = getattr(login("mod").subreddit("pics").mod.stream, name)(only="submissions", pause_after=0)
        seen = []
        while (thing := next(stream)) is not None:
            seen.append(thing.fullname)
        assert first.fullname in seen, name
        later, _ = _filled(sandbox, act)
        assert next(stream).fullname == later.fullname, name


@pytest.mark.praw("SubredditModeration.unmoderated", "SubredditModerationStream.unmoderated")
def test_posts_that_nobody_looked_at(sandbox: Sandbox, login: Login) -> None:
    first, second = (sandbox.world.post_text("pics", "alice", title) for title in ("First", "Second"))
    mod = login("mod")
    mod.submission(first.id).mod.approve()
    assert _names(mod.subreddit("pics").mod.unmoderated()) == [second.fullname]
    assert next(mod.subreddit("pics").mod.stream.unmoderated()).title == "Second"


@pytest.mark.praw(
    "ReportableMixin.report", "ThingModerationMixin.ignore_reports", "ThingModerationMixin.unignore_reports"
)
def test_reports_are_counted_and_ignored(sandbox: Sandbox, login: Login, reddit: praw.Reddit) -> None:
    post = sandbox.world.post_text("pics", "alice", "Post")
    reddit.submission(post.id).report("Rude")
    login("zoe").submission(post.id).report("Rude")
    login("mod").submission(post.id).report("Old")
    [seen] = login("mod").subreddit("pics").mod.reports()
    assert (seen.user_reports, seen.mod_reports, seen.num_reports) == ([["Rude", 2]], [["Old", "mod"]], 3)
    seen.mod.approve()
    assert list(login("mod").subreddit("pics").mod.reports()) == []
    seen.mod.ignore_reports()
    reddit.submission(post.id).report("Rude")
    assert list(login("mod").subreddit("pics").mod.reports()) == []
    seen.mod.unignore_reports()
    reddit.submission(post.id).report("Rude")
    assert len(list(login("mod").subreddit("pics").mod.reports())) == 1


@pytest.mark.praw("SubredditModeration.log", "SubredditModerationStream.log")
def test_the_log_says_who_did_what(sandbox: Sandbox, login: Login) -> None:
    mod, post = login("mod"), sandbox.world.post_text("pics", "alice", "Post")
    mod.submission(post.id).mod.lock()
    mod.submission(post.id).mod.remove()
    entries = list(mod.subreddit("pics").mod.log())
    assert [(one.action, one.target_fullname) for one in entries] == [
        ("removelink", post.fullname),
        ("lock", post.fullname),
    ]
    assert [one.action for one in mod.subreddit("pics").mod.log(action="lock", mod="mod")] == ["lock"]
    assert next(mod.subreddit("pics").mod.stream.log()).action == "lock"
