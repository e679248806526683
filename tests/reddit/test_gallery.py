"""Pictures inside comments, over HTTP with the real PRAW. Posts with pictures: tests/hosting/test_native.py."""

import io

import httpx
import pytest
from PIL import Image

from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused, RetryLater
from bot.reddit.gallery import PictureRefused, inline_asset, reply_with_picture
from tests.clients import client_of
from tests.patience import PATIENCE

TEXT = "Here it is · [side by side](https://bot.example/results/x.jpg)\n\n---\n\n*I am a bot.*"


@pytest.fixture(scope="module")
def jpeg():
    out = io.BytesIO()
    Image.linear_gradient("L").save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def world(world):
    world.add_subreddit("open", media_in_comments=["static"])
    world.add_subreddit("plain")
    return world


@pytest.fixture
def reddit(sandbox):
    return client_of(sandbox)


def reply(reddit, parent, asset_id):
    return reply_with_picture(reddit, parent=parent, text=TEXT, asset_id=asset_id, caption='In "colour"\nnow')


def test_a_comment_shows_the_picture_and_the_text(reddit, sandbox, jpeg):
    post = sandbox.world.post_text("open", "ada", "Post", "text")
    asset = inline_asset(reddit, jpeg, "result.jpg")
    assert sandbox.world.pictures[asset].content == jpeg
    made = reply(reddit, post.fullname, asset)
    [comment] = sandbox.world.replies_by("Bot")
    assert (made.fullname, comment.media) == (comment.fullname, [asset])
    assert comment.body == f"![img]({asset})\n\n{TEXT}"
    page = httpx.get(sandbox.url + made.permalink, trust_env=False, timeout=PATIENCE).text
    assert f'src="{sandbox.url}/i.redd.it/{asset}.jpg"' in page
    assert 'href="https://bot.example/results/x.jpg"' in page


def test_where_comments_take_no_pictures_the_refusal_has_a_type(reddit, sandbox, jpeg):
    post = sandbox.world.post_text("plain", "ada", "Post", "text")
    with pytest.raises(PictureRefused, match="MISSING_MEDIA") as caught:
        reply(reddit, post.fullname, inline_asset(reddit, jpeg, "result.jpg"))
    assert caught.value.outcome is Outcome.NOT_ALLOWED
    assert sandbox.world.replies_by("Bot") == []


def test_a_refusal_that_is_not_about_the_picture_keeps_its_name(reddit, sandbox, jpeg):
    post = sandbox.world.post_text("open", "ada", "Post", "text")
    asset = inline_asset(reddit, jpeg, "result.jpg")
    sandbox.world.lock(post.fullname)
    with pytest.raises(Refused) as caught:
        reply(reddit, post.fullname, asset)
    assert (caught.value.outcome, type(caught.value)) == (Outcome.LOCKED, Refused)


@pytest.mark.parametrize("action", ["store_then_status", "status", "drop"])
def test_an_uncertain_comment_is_sent_once(reddit, sandbox, jpeg, action):
    post = sandbox.world.post_text("open", "ada", "Post", "text")
    asset = inline_asset(reddit, jpeg, "result.jpg")
    sandbox.world.faults.add("/api/comment", action, method="POST")
    with pytest.raises(RetryLater) as caught:
        reply(reddit, post.fullname, asset)
    assert caught.value.then is Outcome.REPLY_FAILED
    assert len([call for call in sandbox.world.calls if call["path"] == "/api/comment"]) == 1


def test_a_break_is_kept(reddit, sandbox, jpeg):
    post = sandbox.world.post_text("open", "ada", "Post", "text")
    asset = inline_asset(reddit, jpeg, "result.jpg")
    sandbox.world.faults.add("/api/comment", "ratelimit", method="POST", text="12 seconds")
    with pytest.raises(RetryLater) as caught:
        reply(reddit, post.fullname, asset)
    assert caught.value.seconds == 13


def test_a_picture_that_is_too_large_is_refused(reddit, monkeypatch, jpeg):
    monkeypatch.setattr("bot.sandbox.routes.media.LARGEST_UPLOAD", 100)
    with pytest.raises(PictureRefused, match="maximum size is 100"):
        inline_asset(reddit, jpeg, "result.jpg")
