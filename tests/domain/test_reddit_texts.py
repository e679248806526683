"""What stands where a text was taken away, in each of Reddit's words."""

import pytest

from bot.domain.aftercare import gone, removed_by_moderators
from bot.domain.outcomes import Outcome
from bot.domain.policy import refusal_of_thread
from bot.domain.reddit_types import Comment, Post, Thread, says_deleted, says_removed

BY_REDDIT = ["[ Removed by Reddit ]", "[removed by reddit]", "[ Removed by Reddit in response to a copyright notice. ]"]
REMOVED = [*BY_REDDIT, "[removed]", "[Removed]", " [ removed ] ", "[removed by moderator]"]
DELETED = ["[deleted]", "[ Deleted ]", "[deleted by user]", "[unavailable]"]


def comment(body, author="ida"):
    return {"name": "t1_c", "parent_id": "t3_p", "author": author, "body": body}


@pytest.mark.parametrize("body", REMOVED)
@pytest.mark.parametrize("author", ["ida", "[deleted]", None])
def test_a_removed_comment_is_removed_also_when_its_author_is_named(body, author):
    assert says_removed(body)
    assert removed_by_moderators(comment(body, author))
    found = Comment.from_json(comment(body, author))
    assert (found.removed, found.body) == (True, "")
    post = Post.from_json({"name": "t3_p", "author": "ada", "url": "https://i.redd.it/abcde1.jpg"})
    assert refusal_of_thread(Thread(post, (found,))) is Outcome.REMOVED


@pytest.mark.parametrize("body", BY_REDDIT)
def test_what_reddit_takes_away_is_gone_as_a_source(body):
    assert gone(comment(body))
    assert gone({"name": "t3_p", "author": "ada", "selftext": body})
    assert not gone(comment("[removed]"))


@pytest.mark.parametrize("body", DELETED)
def test_what_its_author_took_away_has_no_words(body):
    assert says_deleted(body)
    assert not says_removed(body)
    assert Comment.from_json(comment(body)).body == ""


@pytest.mark.parametrize("key", ["title", "selftext"])
@pytest.mark.parametrize(("text", "by"), [("[ Removed by Reddit ]", "reddit"), ("[removed]", "moderator")])
def test_a_post_that_says_so_is_removed_without_a_flag(key, text, by):
    post = Post.from_json({"name": "t3_p", "author": "ada", key: text})
    assert post.removed_by == by
    assert refusal_of_thread(Thread(post)) is Outcome.REMOVED


@pytest.mark.parametrize(
    "body", ["removed", "[removed] by me", "I [removed] it", "[remove]", "", None, "[deleted scene]"]
)
def test_other_words_are_peoples_own(body):
    assert not says_removed(body)
    assert not says_deleted(body)
