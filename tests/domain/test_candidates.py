"""Photos in every shape that Reddit gives them; the JSON is cut down to the keys that count."""

from typing import Any

import pytest

from bot.domain.addresses import AddressReader
from bot.domain.candidates import Candidate, Missing, in_comment, in_post, in_thread, of_link
from bot.domain.reddit_types import Comment, Post, Thread

BASE = "https://i.redd.it"
ADDRESSES = AddressReader()


def post(**data):
    return Post.from_json({"name": "t3_p", "author": "ada", **data})


def comment(body, name="t1_c", **data):
    return Comment.from_json({"name": name, "parent_id": "t3_p", "author": "ada", "body": body} | data)


def media(media_id, kind="Image", mime="image/jpg", status="valid"):
    source = {"u": f"https://preview.redd.it/{media_id}.jpg?width=9"} if kind == "Image" else {"gif": "https://p/g.gif"}
    return {media_id: {"status": status, "e": kind, "m": mime, "s": source, "id": media_id}}


GALLERY: dict[str, Any] = {
    "is_gallery": True,
    "url": "https://www.reddit.com/gallery/p",
    "gallery_data": {"items": [{"media_id": "bbb"}, {"media_id": "aaa"}, {"media_id": "ccc"}]},
    "media_metadata": {**media("aaa", mime="image/png"), **media("bbb"), **media("ccc", status="failed")},
}
PREVIEW = {"preview": {"images": [{"source": {"url": "https://external-preview.redd.it/x.jpg?s=1"}}]}}


@pytest.mark.parametrize(
    ("data", "urls"),
    [
        pytest.param({"url": "https://i.redd.it/a.jpeg"}, ["https://i.redd.it/a.jpeg"], id="image post"),
        pytest.param(
            {"url": "https://x/a", "url_overridden_by_dest": "https://i.redd.it/a.png"},
            ["https://i.redd.it/a.png"],
            id="overridden url",
        ),
        pytest.param(
            GALLERY,
            [f"{BASE}/bbb.jpg", f"{BASE}/aaa.png", f"{BASE}/ccc.jpg"],
            id="gallery in the order of gallery_data",
        ),
        pytest.param(
            {"url": "/r/x/comments/q", "crosspost_parent_list": [{"name": "t3_q", **GALLERY}]},
            [f"{BASE}/bbb.jpg", f"{BASE}/aaa.png", f"{BASE}/ccc.jpg"],
            id="crosspost of a gallery",
        ),
        pytest.param(
            {"selftext": "look ![img](aaa) and ![img](bbb 'x')", "media_metadata": {**media("aaa"), **media("bbb")}},
            [f"{BASE}/aaa.jpg", f"{BASE}/bbb.jpg"],
            id="pictures in a text post",
        ),
        pytest.param({"url": "https://imgur.com/AbCdE12"}, ["https://i.imgur.com/AbCdE12.jpg"], id="imgur page"),
        pytest.param(
            {"url": "https://news.example/story", **PREVIEW},
            ["https://external-preview.redd.it/x.jpg?s=1"],
            id="preview of a link",
        ),
        pytest.param({"url": "https://v.redd.it/x", "is_video": True, **PREVIEW}, ["https://v.redd.it/x"], id="video"),
        pytest.param({"url": "https://i.imgur.com/x.gifv", **PREVIEW}, ["https://i.imgur.com/x.mp4"], id="gifv"),
        pytest.param({"url": "https://media.giphy.com/media/a/giphy.gif", **PREVIEW}, [], id="reaction"),
        pytest.param(
            {"url": "https://i.redd.it/a.jpg", "selftext": "My grandfather in 1932."},
            ["https://i.redd.it/a.jpg"],
            id="image post with a text",
        ),
        pytest.param(
            {
                "selftext": "*Processing img aaa11...* and [Processing img bbb11...]",
                "media_metadata": {**media("aaa11"), **media("bbb11")},
            },
            [f"{BASE}/aaa11.jpg", f"{BASE}/bbb11.jpg"],
            id="text post written while its pictures were uploaded",
        ),
        pytest.param({"selftext": "*Processing img aaa11...*"}, [], id="the same without metadata"),
        pytest.param({"url": "https://i.imgur.com/AbCdE12"}, ["https://i.imgur.com/AbCdE12.jpg"], id="imgur file"),
        pytest.param({"selftext": "no picture"}, [], id="text post"),
        pytest.param({"url": "https://exa\u2100mple.com/a.jpg"}, [], id="not a URL"),
        pytest.param({"url": "javascript:alert(1).jpg"}, [], id="not http"),
    ],
)
def test_photos_of_a_post(data, urls):
    assert [c.url for c in in_post(post(**data), ADDRESSES)] == urls


def test_a_viewers_address_within_a_viewers_address_is_no_photo():
    viewer = "https://www.reddit.com/media?url="
    assert in_post(post(url=f"{viewer}https://i.redd.it/a.jpg"), ADDRESSES)[0].url == "https://i.redd.it/a.jpg"
    assert in_post(post(url=viewer * 2000), ADDRESSES) == ()


HOLES: list[dict[str, Any]] = [
    {"crosspost_parent_list": [None]},
    {"crosspost_parent_list": [{}]},
    {"gallery_data": {"items": None}, "is_gallery": True},
    {"gallery_data": {"items": [None, {"id": 1}]}},
    {"gallery_data": None, "media_metadata": None, "is_gallery": True},
    {"preview": {"images": [{"source": None}]}},
    {"preview": {"images": [None]}},
    {"media": "embedded"},
    {"is_video": True, "secure_media": {"reddit_video": None}},
    {"selftext": None, "url": None, "author": None, "created_utc": None, "subreddit": None},
]


@pytest.mark.parametrize("data", HOLES, ids=str)
def test_holes_in_what_reddit_tells_do_no_harm(data):
    post = Post.from_json({"name": "t3_a", "subreddit": "pics", "author": "ida", "created_utc": 1} | data)
    assert [one for one in in_post(post, AddressReader()) if one.url and one.missing is None] == []


def test_previews_are_fallbacks():
    first, second, third = in_post(post(**GALLERY), ADDRESSES)
    assert first.fallbacks == ("https://preview.redd.it/bbb.jpg?width=9",)
    assert second.fallbacks == ("https://preview.redd.it/aaa.jpg?width=9",)
    assert third.missing is Missing.FAILED, "readers count it"
    (image,) = in_post(post(url="https://i.redd.it/a.jpg", **PREVIEW), ADDRESSES)
    assert image.fallbacks == ("https://external-preview.redd.it/x.jpg?s=1",)


def test_a_preview_link_of_a_known_picture_becomes_its_original():
    body = "see https://preview.redd.it/aaa.jpg?width=640&s=abc"
    assert in_comment(comment(body, media_metadata=media("aaa")), ADDRESSES)[0].url == f"{BASE}/aaa.jpg"


@pytest.mark.parametrize(
    ("body", "urls"),
    [
        ("[mine](https://i.imgur.com/a.png)", ["https://i.imgur.com/a.png"]),
        ("https://i.redd.it/a.jpg, https://i.redd.it/b.jpg.", ["https://i.redd.it/a.jpg", "https://i.redd.it/b.jpg"]),
        ("https://i.redd.it/a.jpg https://i.redd.it/a.jpg", ["https://i.redd.it/a.jpg"]),
        ("https://en.wikipedia.org/File_(x).jpg)", ["https://en.wikipedia.org/File_(x).jpg"]),
        ("![img](unknown) https://example.org/page", []),
        ("[x](https://i.imgur.com/abcde.jpg)**bold**", ["https://i.imgur.com/abcde.jpg"]),
        (r"https://i.imgur.com/Foo\_bar.jpg", ["https://i.imgur.com/Foo_bar.jpg"]),
        ("https://[broken/a.jpg", []),
        ("[deleted]", []),
    ],
)
def test_photos_of_a_comment(body, urls):
    assert [c.url for c in in_comment(comment(body), ADDRESSES)] == urls


@pytest.mark.parametrize(
    ("body", "metadata"),
    [
        ("u/Bot ![gif](giphy|ab12|downsized)", {"giphy|ab12|downsized": media("x", kind="AnimatedImage")["x"]}),
        ("u/Bot ![img](aaa11)", media("aaa11", kind="AnimatedImage", mime="image/gif")),
        ("u/Bot https://preview.redd.it/aaa11.gif?width=1", media("aaa11", kind="AnimatedImage", mime="image/gif")),
        ("u/Bot https://media.giphy.com/media/x/giphy.gif", {}),
        ("u/Bot [ha](https://tenor.com/view/x)", {}),
        ("u/Bot https://i.imgur.com/AbCdE12.gifv", {}),
        ("u/Bot https://i.imgur.com/AbCdE12.gif", {}),
        ("u/Bot https://i.imgur.com/AbCdE12.mp4", {}),
        ("u/Bot `https://i.redd.it/aaa11.jpg`", {}),
        ("u/Bot https://news.example/story", {}),
        ("u/Bot https://www.reddit.com/u/somebody", {}),
    ],
)
def test_reactions_and_what_names_no_picture_leave_the_posts_photo(body, metadata):
    image = post(url="https://i.redd.it/post1.jpg")
    found = in_thread(Thread(image, (comment(body, media_metadata=metadata),)), ADDRESSES, "Bot")
    assert [one.url for one in found] == ["https://i.redd.it/post1.jpg"]


@pytest.mark.parametrize(
    ("body", "url", "missing"),
    [
        ("can you do mine? https://imgur.com/AbCdE12.jpg", "https://i.imgur.com/AbCdE12.jpg", None),
        ("https://elsewhere.example/a.jpg", "https://elsewhere.example/a.jpg", None),
        ("https://www.flickr.com/photos/someone/5", "https://www.flickr.com/photos/someone/5", Missing.PAGE),
        ("![img](aaa11)", f"{BASE}/aaa11.jpg", Missing.UNPROCESSED),
        ("![img](bbb11)", f"{BASE}/bbb11.jpg", Missing.FAILED),
    ],
)
def test_a_picture_that_was_named_is_never_replaced_by_the_posts(body, url, missing):
    metadata = {"aaa11": {"status": "unprocessed"}, **media("bbb11", status="failed")}
    image = post(url="https://i.redd.it/post1.jpg")
    (found, *_) = in_thread(Thread(image, (comment(body, media_metadata=metadata),)), ADDRESSES, "Bot")
    assert (found.url, found.missing) == (url, missing)


def test_a_video_of_reddits_is_a_film_with_its_pictures_as_the_fallback():
    pictures = "https://v.redd.it/ab12cd/DASH_480.mp4?source=fallback"
    media = {"reddit_video": {"fallback_url": pictures, "duration": 12, "transcoding_status": "completed"}}
    data = {"url": "https://v.redd.it/ab12cd", "is_video": True, "media": media, **PREVIEW}
    wanted = Candidate("https://v.redd.it/ab12cd", (pictures,), moving=True, seconds=12)
    assert in_post(post(**data), ADDRESSES) == (wanted,)
    assert in_post(post(name="t3_q", url="/r/x", crosspost_parent_list=[{"name": "t3_p", **data}]), ADDRESSES) == (
        wanted,
    )
    media["reddit_video"]["transcoding_status"] = "processing"
    assert in_post(post(**data), ADDRESSES)[0].missing is Missing.UNPROCESSED
    linked = comment("u/Bot https://v.redd.it/ab12cd/DASHPlaylist.mpd?a=1")
    image = post(url="https://i.redd.it/post1.jpg")
    assert in_thread(Thread(image, (linked,)), ADDRESSES, "Bot") == (
        Candidate("https://v.redd.it/ab12cd", moving=True),
    )


def test_numbers_count_what_readers_see():
    gallery = {**GALLERY, "media_metadata": {**GALLERY["media_metadata"], "bbb": {"status": "unprocessed"}}}
    assert [one.missing for one in in_post(post(**gallery), ADDRESSES)] == [Missing.UNPROCESSED, None, Missing.FAILED]
    deleted = {**GALLERY, "gallery_data": {"items": [{"media_id": "bbb", "is_deleted": True}, {"media_id": "aaa"}]}}
    assert [one.url for one in in_post(post(**deleted), ADDRESSES)] == [f"{BASE}/aaa.png"], "nobody sees that one"


@pytest.mark.parametrize("absent", [{"media_metadata": None}, {"gallery_data": None, "media_metadata": None}])
def test_a_gallery_of_which_reddit_tells_nothing_yet_is_not_ready(absent):
    assert {one.missing for one in in_post(post(**GALLERY | absent), ADDRESSES)} == {Missing.UNPROCESSED}


def test_links_to_other_threads_count_in_the_summoning_comment_only():
    image = post(url="https://i.redd.it/post1.jpg")
    link = "https://www.reddit.com/gallery/1sa001"
    (asked,) = in_thread(Thread(image, (comment(link),)), ADDRESSES, "Bot")
    assert asked.post == "t3_1sa001"
    (above,) = in_thread(Thread(image, (comment("u/Bot"), comment(link, name="t1_above"))), ADDRESSES, "Bot")
    assert above.url == "https://i.redd.it/post1.jpg"
    page = "https://www.flickr.com/photos/someone/5"
    (above,) = in_thread(Thread(image, (comment("u/Bot"), comment(page, name="t1_above"))), ADDRESSES, "Bot")
    assert above.url == "https://i.redd.it/post1.jpg"
    assert in_post(post(selftext=f"{link} and {page}"), ADDRESSES) == ()
    (own,) = in_post(post(name="t3_1sa001", url=link, **PREVIEW), ADDRESSES)
    assert own.post is None, "a post's address is its own page"


def test_an_imgur_gallery_may_be_one_picture():
    found = of_link("https://imgur.com/gallery/my-aunt-AbCdE12", ADDRESSES)
    assert (found.album, found.fallbacks) == ("AbCdE12", ("https://i.imgur.com/AbCdE12.jpg",))


def test_the_nearest_place_with_a_photo_wins():
    image = post(url="https://i.redd.it/post.jpg")
    asking, above = comment("u/Bot"), comment("https://i.redd.it/above.jpg", name="t1_above")
    assert in_thread(Thread(image, (asking, above)), ADDRESSES, "Bot") == (Candidate("https://i.redd.it/above.jpg"),)
    assert in_thread(Thread(image, (asking,)), ADDRESSES, "Bot") == (Candidate("https://i.redd.it/post.jpg"),)
    assert in_thread(Thread(image), ADDRESSES, "Bot") == (Candidate("https://i.redd.it/post.jpg"),)


def test_the_bots_own_results_are_not_photos_to_colour():
    image = post(url="https://i.redd.it/post.jpg")
    own = comment("[colour](https://bot.example/results/k.jpg)", name="t1_own", author="BOT")
    assert (
        in_thread(Thread(image, (comment("u/Bot again"), own)), ADDRESSES, "Bot")[0].url == "https://i.redd.it/post.jpg"
    )
