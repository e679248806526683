"""The real PRAW, unchanged, over real HTTP."""

from collections.abc import Callable
from typing import Any

import httpx
import praw
import prawcore
import pytest
from praw.exceptions import RedditAPIException
from praw.models import PostMedia

from bot.sandbox.server import Sandbox
from tests.patience import PATIENCE

Login = Callable[..., praw.Reddit]


def _codes(error: pytest.ExceptionInfo[RedditAPIException]) -> list[str]:
    return [item.error_type for item in error.value.items]


# Logging in


def test_login_and_me(reddit: praw.Reddit) -> None:
    assert reddit.user.me().name == "bot"


def test_wrong_password(login: Login) -> None:
    with pytest.raises(prawcore.exceptions.OAuthException, match="invalid_grant"):
        login("bot", password="wrong").user.me()


def test_wrong_client(login: Login) -> None:
    with pytest.raises(prawcore.exceptions.ResponseException) as error:
        login("bot", client_secret="wrong").user.me()
    assert error.value.response.status_code == 401


def test_expired_bearer_is_renewed(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    reddit.user.me()
    sandbox.world.tokens.revoke_all()
    assert reddit.user.me(use_cache=False).name == "bot"
    assert [call["status"] for call in sandbox.world.calls if call["path"] == "/api/v1/me"] == [200, 401, 200]


def test_refresh_token_and_application_only(sandbox: Sandbox, login: Login) -> None:
    refresh = sandbox.world.tokens.issue_refresh("bot")
    assert login("bot", username=None, password=None, refresh_token=refresh).user.me().name == "bot"
    alone = login("bot", username=None, password=None)
    sandbox.world.post_text("pics", "alice", "Seen by everybody")
    assert [post.title for post in alone.subreddit("pics").new()] == ["Seen by everybody"]
    with pytest.raises(RedditAPIException) as error:
        alone.post("api/comment/", data={"thing_id": "t3_x", "text": "x"})
    assert _codes(error) == ["USER_REQUIRED"]


# Reading


def test_new_posts_and_their_fields(sandbox: Sandbox, reddit: praw.Reddit, png: bytes) -> None:
    world = sandbox.world
    image = world.post_image("pics", "alice", "Tom & <Jerry>", png, over_18=True)
    gallery = world.post_gallery("pics", "alice", "Two", [png, png])
    world.crosspost("pics", "carol", "Again", gallery.fullname)
    world.post_text("pics", "alice", "Words", "Hello", [png])
    words, again, two, one = (vars(post) for post in reddit.subreddit("pics").new())
    assert one["title"] == "Tom & <Jerry>"
    assert one["over_18"]
    assert (one["post_hint"], one["domain"]) == ("image", "i.redd.it")
    assert one["url"] == one["url_overridden_by_dest"] == f"{sandbox.url}/i.redd.it/{image.pictures[0]}.png"
    assert (one["preview"]["images"][0]["source"]["width"], "is_gallery" in one) == (300, False)
    assert [item["media_id"] for item in two["gallery_data"]["items"]] == gallery.pictures
    assert set(two["media_metadata"]) == set(gallery.pictures)
    assert again["crosspost_parent"] == gallery.fullname
    assert again["crosspost_parent_list"][0]["is_gallery"]
    assert not {"preview", "media_metadata", "gallery_data"} & set(again)
    assert len(words["media_metadata"]) == 1
    assert not {"post_hint", "preview", "url_overridden_by_dest"} & set(words)


def test_stream_gives_old_and_then_new_posts(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    for number in range(3):
        sandbox.world.post_text("pics", "alice", f"Post {number}")
    stream = reddit.subreddit("pics").stream.submissions(pause_after=0)
    assert [next(stream).title for _ in range(3)] == ["Post 0", "Post 1", "Post 2"]
    assert next(stream) is None
    sandbox.world.post_text("pics", "alice", "Post 3")
    assert next(stream).title == "Post 3"


def test_listing_is_paged_and_ends_at_a_thousand(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    for number in range(1005):
        sandbox.world.post_text("pics", "alice", f"Post {number}")
    titles = [post.title for post in reddit.subreddit("pics").new(limit=None)]
    assert titles == [f"Post {number}" for number in range(1004, 4, -1)]
    pages = [call for call in sandbox.world.calls if call["path"] == "/r/pics/new"]
    assert len(pages) == 10


def test_before_a_vanished_post_is_empty(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    first = sandbox.world.post_text("pics", "alice", "First")
    sandbox.world.post_text("pics", "alice", "Second")

    def newer() -> list[str]:
        return [post.title for post in reddit.subreddit("pics").new(params={"before": first.fullname})]

    assert newer() == ["Second"]
    sandbox.world.delete(first.fullname)
    assert newer() == []


def test_comment_tree_with_replace_more(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    world = sandbox.world
    post = world.post_text("pics", "alice", "Busy")
    for number in range(520):
        world.comment(post.fullname, "carol", f"Comment {number}")
    parent = post.fullname
    for number in range(14):
        parent = world.comment(parent, "dave", f"Deep {number}").fullname
    submission = reddit.submission(post.id)
    assert any(isinstance(one, praw.models.MoreComments) for one in submission.comments.list())
    assert submission.comments.replace_more(limit=None) == []
    bodies = {comment.body for comment in submission.comments.list()}
    assert bodies == {f"Comment {n}" for n in range(520)} | {f"Deep {n}" for n in range(14)}


def test_deleted_and_removed_things(sandbox: Sandbox, reddit: praw.Reddit, png: bytes) -> None:
    world = sandbox.world
    post = world.post_image("pics", "alice", "Photo", png)
    gone, taken = (world.comment(post.fullname, "carol", word) for word in ("gone", "taken"))
    world.delete(gone.fullname)
    world.remove(taken.fullname)
    world.remove(post.fullname)
    seen_post, seen_gone, seen_taken = reddit.info(fullnames=[post.fullname, gone.fullname, taken.fullname])
    assert seen_post.removed_by_category == "moderator"
    assert (seen_gone.author, seen_gone.body) == (None, "[deleted]")
    assert (seen_taken.author, seen_taken.body) == (None, "[removed]")
    assert list(reddit.subreddit("pics").new()) == []
    assert reddit.submission(post.id).comments.list() == []


def test_parents_and_refresh(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    post = sandbox.world.post_text("pics", "alice", "Post")
    top = sandbox.world.comment(post.fullname, "carol", "top")
    below = sandbox.world.comment(top.fullname, "alice", "below")
    comment = reddit.comment(below.id)
    assert comment.parent().body == "top"
    assert comment.parent().parent().title == "Post"
    assert reddit.comment(top.id).refresh().replies[0].body == "below"
    assert reddit.submission(url=f"{sandbox.url}{comment.permalink}").title == "Post"
    assert reddit.comment(url=sandbox.url + sandbox.world.share(below.fullname)).body == "below"


def test_info_leaves_out_what_is_not_there(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    post = sandbox.world.post_link("pics", "alice", "Link", "https://example.org/a.jpg")
    assert [thing.fullname for thing in reddit.info(fullnames=["t3_nope", post.fullname])] == [post.fullname]
    assert [thing.title for thing in reddit.info(url="https://example.org/a.jpg")] == ["Link"]
    assert [place.display_name for place in reddit.info(subreddits=["pics", "nope"])] == ["pics"]


def test_html_is_escaped_without_raw_json(sandbox: Sandbox) -> None:
    post = sandbox.world.post_text("pics", "alice", "a & b")
    address = f"{sandbox.url}/api/info.json?id={post.fullname}"
    titles = [
        httpx.get(url, timeout=PATIENCE).json()["data"]["children"][0]["data"]["title"]
        for url in (address, f"{address}&raw_json=1")
    ]
    assert titles == ["a &amp; b", "a & b"]


def test_pictures_are_served(sandbox: Sandbox, reddit: praw.Reddit, png: bytes) -> None:
    post = sandbox.world.post_image("pics", "alice", "Photo", png)
    submission = reddit.submission(post.id)
    core: Any = reddit._core
    session = core.requestor._http
    assert session.get(submission.url).content == png
    smaller = session.get(submission.preview["images"][0]["resolutions"][0]["url"])
    assert smaller.headers["content-type"] == "image/png"
    assert smaller.content != png


# Writing


def test_reply_edit_and_delete(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    post = sandbox.world.post_text("pics", "alice", "Post")
    reply = reddit.submission(post.id).reply("**Hello**")
    assert (reply.author, reply.parent_id) == ("bot", post.fullname)
    assert "<strong>Hello</strong>" in reply.body_html
    assert reply.edit("Changed").edited
    assert sandbox.world.comments[reply.id].body == "Changed"
    reply.delete()
    assert sandbox.world.comments[reply.id].deleted
    assert [one.fullname for one in sandbox.world.replies_by("bot")] == [reply.fullname]


def test_reply_with_a_picture_inside(sandbox: Sandbox, reddit: praw.Reddit, png: bytes) -> None:
    sandbox.world.add_subreddit("open", media_in_comments=["static"])
    picture = sandbox.world.add_picture(png)
    document = (
        f'{{"document": [{{"e": "par", "c": [{{"e": "text", "t": "Here"}}]}}, {{"e": "img", "id": "{picture.id}"}}]}}'
    )
    allowed, refused = (sandbox.world.post_text(place, "alice", "Post") for place in ("open", "pics"))
    form = {"text": "", "richtext_json": document}
    [comment] = reddit.post("api/comment/", data={"thing_id": allowed.fullname, **form})
    assert picture.id in comment.media_metadata
    assert f"![img]({picture.id})" in comment.body
    with pytest.raises(RedditAPIException):
        reddit.post("api/comment/", data={"thing_id": refused.fullname, **form})


def test_submit_text_link_and_crosspost(reddit: praw.Reddit) -> None:
    place = reddit.subreddit("pics")
    text = place.submit("Text", selftext="Hello")
    assert (text.selftext, text.is_self) == ("Hello", True)
    assert place.submit("Link", url="https://example.org/").url == "https://example.org/"
    assert text.crosspost(place).crosspost_parent == text.fullname


def test_submit_pictures(sandbox: Sandbox, reddit: praw.Reddit, png: bytes) -> None:
    place = reddit.subreddit("pics")
    single = place.submit("One", image=PostMedia(png, name="a.png"))
    assert single.url.startswith(f"{sandbox.url}/i.redd.it/")
    assert sandbox.world.pictures[sandbox.world.posts[single.id].pictures[0]].content == png
