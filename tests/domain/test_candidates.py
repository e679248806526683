"""Photos in every shape that Reddit gives them; the JSON is cut down to the keys that count."""

import pytest

from bot.domain.candidates import Candidate, in_comment, in_post, in_thread
from bot.domain.things import Comment, Post, Thread

BASE = "https://i.redd.it"


def post(**data):
    return Post.from_json({"name": "t3_p", "author": "ada", **data})


def comment(body, name="t1_c", **data):
    return Comment.from_json({"name": name, "parent_id": "t3_p", "author": "ada", "body": body} | data)


def media(media_id, kind="Image", mime="image/jpg", status="valid"):
    source = {"u": f"https://preview.redd.it/{media_id}.jpg?width=9"} if kind == "Image" else {"gif": "https://p/g.gif"}
    return {media_id: {"status": status, "e": kind, "m": mime, "s": source, "id": media_id}}


GALLERY = {
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
        pytest.param(GALLERY, [f"{BASE}/bbb.jpg", f"{BASE}/aaa.png"], id="gallery in the order of gallery_data"),
        pytest.param(
            {"url": "/r/x/comments/q", "crosspost_parent_list": [{"name": "t3_q", **GALLERY}]},
            [f"{BASE}/bbb.jpg", f"{BASE}/aaa.png"],
            id="crosspost of a gallery",
        ),
        pytest.param(
            {"selftext": "look ![img](aaa) and ![img](bbb 'x')", "media_metadata": {**media("aaa"), **media("bbb")}},
            [f"{BASE}/aaa.jpg", f"{BASE}/bbb.jpg"],
            id="pictures in a text post",
        ),
        pytest.param({"url": "https://imgur.com/AbCdE12"}, ["https://i.imgur.com/AbCdE12.jpg"], id="imgur page"),
        pytest.param({"url": "https://news.example/story", **PREVIEW},
                     ["https://external-preview.redd.it/x.jpg?s=1"], id="preview of a link"),
        pytest.param({"url": "https://v.redd.it/x", "is_video": True, **PREVIEW}, [], id="video"),
        pytest.param({"url": "https://i.imgur.com/x.gifv"}, [], id="gifv"),
        pytest.param(
            {"url": "https://i.redd.it/a.jpg", "selftext": "My grandfather in 1932."}, ["https://i.redd.it/a.jpg"],
            id="image post with a text",
        ),
        pytest.param({"selftext": "no picture"}, [], id="text post"),
        pytest.param({"url": "https://exa\u2100mple.com/a.jpg"}, [], id="not a URL"),
        pytest.param({"url": "javascript:alert(1).jpg"}, [], id="not http"),
    ],
)  # fmt: skip
def test_photos_of_a_post(data, urls):
    assert [c.url for c in in_post(post(**data), BASE)] == urls


def test_a_viewers_address_within_a_viewers_address_is_no_photo():
    viewer = "https://www.reddit.com/media?url="
    assert in_post(post(url=f"{viewer}https://i.redd.it/a.jpg"), BASE)[0].url == "https://i.redd.it/a.jpg"
    assert in_post(post(url=viewer * 2000), BASE) == ()


def test_previews_are_fallbacks():
    first, second = in_post(post(**GALLERY), BASE)
    assert first.fallbacks == ("https://preview.redd.it/bbb.jpg?width=9",)
    assert second.fallbacks == ("https://preview.redd.it/aaa.jpg?width=9",)
    (image,) = in_post(post(url="https://i.redd.it/a.jpg", **PREVIEW), BASE)
    assert image.fallbacks == ("https://external-preview.redd.it/x.jpg?s=1",)


def test_a_preview_link_of_a_known_picture_becomes_its_original():
    body = "see https://preview.redd.it/aaa.jpg?width=640&s=abc"
    assert in_comment(comment(body, media_metadata=media("aaa")), BASE)[0].url == f"{BASE}/aaa.jpg"


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
    assert [c.url for c in in_comment(comment(body), BASE)] == urls


def test_the_nearest_place_with_a_photo_wins():
    image = post(url="https://i.redd.it/post.jpg")
    asking, above = comment("u/Bot"), comment("https://i.redd.it/above.jpg", name="t1_above")
    assert in_thread(Thread(image, (asking, above)), BASE, "Bot") == (Candidate("https://i.redd.it/above.jpg"),)
    assert in_thread(Thread(image, (asking,)), BASE, "Bot") == (Candidate("https://i.redd.it/post.jpg"),)
    assert in_thread(Thread(image), BASE, "Bot") == (Candidate("https://i.redd.it/post.jpg"),)


def test_the_bots_own_results_are_not_photos_to_colour():
    image = post(url="https://i.redd.it/post.jpg")
    own = comment("[colour](https://bot.example/results/k.jpg)", name="t1_own", author="BOT")
    assert in_thread(Thread(image, (comment("u/Bot again"), own)), BASE, "Bot")[0].url == "https://i.redd.it/post.jpg"
