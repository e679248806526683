"""Mentions, replies and messages, as the real PRAW finds them in an inbox."""

from collections.abc import Callable

import praw
import pytest
from praw.exceptions import RedditAPIException
from praw.models import Comment, Message

from bot.sandbox.server import Sandbox

Login = Callable[..., praw.Reddit]


def _codes(error: pytest.ExceptionInfo[RedditAPIException]) -> list[str]:
    return [item.error_type for item in error.value.items]


def test_mention_is_unread_until_marked(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    post = sandbox.world.post_text("pics", "alice", "Post")
    comment = sandbox.world.comment(post.fullname, "carol", "please, u/BOT")
    [mention] = reddit.inbox.unread()
    assert isinstance(mention, Comment)
    assert (mention.fullname, mention.type, mention.new) == (comment.fullname, "username_mention", True)
    assert not {"permalink", "link_id"} & set(vars(mention))
    assert mention.submission.id == post.id
    mention.mark_read()
    assert list(reddit.inbox.unread()) == []
    assert [one.new for one in reddit.inbox.mentions()] == [False]
    mention.mark_unread()
    reddit.inbox.mark_all_read()
    assert list(reddit.inbox.unread()) == []


@pytest.mark.parametrize(
    ("author", "body", "told"),
    [
        ("carol", "u/bot", ["username_mention"]),
        ("carol", "hello /u/Bot.", ["username_mention"]),
        ("carol", "u/bot u/bot /u/BOT", ["username_mention"]),
        ("carol", "u/bot u/alice u/dave", ["username_mention"]),
        ("carol", "u/bot u/alice u/dave u/erin", []),
        ("carol", "`u/bot`", []),
        ("carol", "    u/bot", []),
        ("carol", "robot/u/bot and u/bottle", []),
        ("carol", "[click](/u/bot)", ["username_mention"]),
        ("bot", "u/bot", []),
    ],
)
def test_who_is_mentioned(sandbox: Sandbox, reddit: praw.Reddit, author: str, body: str, told: list[str]) -> None:
    post = sandbox.world.post_text("pics", "zoe", "Post")
    sandbox.world.comment(post.fullname, author, body)
    assert [item.type for item in reddit.inbox.unread()] == told


def test_reply_that_mentions_arrives_once_as_a_reply(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    world = sandbox.world
    own = world.post_text("pics", "bot", "Mine")
    mine = world.comment(own.fullname, "bot", "first")
    world.comment(mine.fullname, "carol", "u/bot again")
    world.comment(own.fullname, "carol", "u/bot here")
    assert [item.type for item in reddit.inbox.unread()] == ["post_reply", "comment_reply"]
    assert [item.subject for item in reddit.inbox.comment_replies()] == ["comment reply"]


def test_edits_blocks_and_removals_do_not_mention(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    world = sandbox.world
    post = world.post_text("pics", "alice", "Post")
    world.edit(world.comment(post.fullname, "carol", "hello").fullname, "hello u/bot")
    assert list(reddit.inbox.unread()) == []
    comment = world.comment(post.fullname, "carol", "u/bot")
    world.remove(comment.fullname)
    assert list(reddit.inbox.unread()) == []
    world.approve(comment.fullname)
    assert len(list(reddit.inbox.unread())) == 1
    reddit.redditor("carol").block()
    world.comment(post.fullname, "carol", "u/bot")
    assert len(list(reddit.inbox.unread())) == 1
    assert [user.name for user in reddit.user.blocked()] == ["carol"]


def test_messages(sandbox: Sandbox, reddit: praw.Reddit, login: Login) -> None:
    reddit.redditor("mod").message(subject="Hi", message="Hello")
    other = login("mod")
    [message] = other.inbox.unread()
    assert isinstance(message, Message)
    assert (message.author, message.subject, message.was_comment) == ("bot", "Hi", False)
    message.reply("Hello yourself")
    [answer] = reddit.inbox.unread()
    assert (answer.subject, answer.first_message_name) == ("re: Hi", message.fullname)
    assert [one.body for one in reddit.inbox.message(message.id).replies] == ["Hello yourself"]
    with pytest.raises(RedditAPIException) as error:
        reddit.redditor("nobody").message(subject="Hi", message="Hello")
    assert _codes(error) == ["USER_DOESNT_EXIST"]
