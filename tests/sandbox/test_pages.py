"""The pages that people see."""

import re
from collections.abc import Iterator

import httpx
import pytest

from bot.sandbox.markup import mentions, to_html
from bot.sandbox.server import Sandbox
from tests.patience import PATIENCE


@pytest.fixture
def browser(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.url, follow_redirects=True, timeout=PATIENCE) as client:
        yield client


def _pictures(page: httpx.Response) -> list[str]:
    return re.findall(r'<img[^>]* src="([^"]+)"', page.text)


def test_thread_shows_post_pictures_and_tree(sandbox: Sandbox, browser: httpx.Client, png: bytes) -> None:
    post = sandbox.world.post_image("pics", "alice", "Grandfather, 1912", png)
    comment = sandbox.world.comment(post.fullname, "carol", "u/bot *please*")
    sandbox.world.comment(comment.fullname, "bot", "Here you are")
    page = browser.get(f"/r/pics/comments/{post.id}/whatever/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert _pictures(page) == [f"{sandbox.url}/i.redd.it/{post.pictures[0]}.png"]
    assert browser.get(_pictures(page)[0]).content == png
    for text in ("<h1>Grandfather, 1912</h1>", 'href="/user/alice"', "<em>please</em>", "Here you are", "2 comments"):
        assert text in page.text


def test_result_pictures_are_shown_below_the_comment(sandbox: Sandbox, browser: httpx.Client) -> None:
    post = sandbox.world.post_text("pics", "alice", "Post")
    result, pair = "http://127.0.0.1:1/results/abc", "https://host.example/pair.JPG?x=1&y=2"
    sandbox.world.comment(
        post.fullname, "bot", f"[Coloured]({result}) [side by side]({pair}) [about](https://host.example/about)"
    )
    assert _pictures(browser.get(f"/comments/{post.id}")) == [result, pair.replace("&", "&amp;")]


def test_crosspost_and_gallery_show_every_picture(sandbox: Sandbox, browser: httpx.Client, png: bytes) -> None:
    gallery = sandbox.world.post_gallery("pics", "alice", "Three", [png, png, png])
    crosspost = sandbox.world.crosspost("pics", "carol", "Look at these", gallery.fullname)
    wanted = [f"{sandbox.url}/i.redd.it/{one}.png" for one in gallery.pictures]
    assert _pictures(browser.get(f"/gallery/{gallery.id}")) == wanted
    page = browser.get(f"/r/pics/comments/{crosspost.id}/")
    assert _pictures(page) == wanted
    assert "crossposted from" in page.text


def test_pictures_inside_text(sandbox: Sandbox, browser: httpx.Client, png: bytes) -> None:
    post = sandbox.world.post_text("pics", "alice", "Words", "See", [png])
    picture = sandbox.world.add_picture(png)
    sandbox.world.comment(post.fullname, "carol", f"![img]({picture.id})", [picture.id])
    assert _pictures(browser.get(f"/comments/{post.id}")) == [
        f"{sandbox.url}/i.redd.it/{one}.png" for one in (*post.pictures, picture.id)
    ]


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1)//.png)",
        "[x](data:text/html,<script>alert(1)</script>)",
        "<javascript:alert(1)>",
        '[x](http://e.com/"onmouseover="alert(1).png)',
        "![x](javascript:alert(1))",
        '!["onerror="alert(1)](http://e.com/x.png)',
        "^(<script>alert(1)</script>)",
        "`</code><script>alert(1)</script>`",
        "u/bot<script>alert(1)</script>",
    ],
)
def test_no_markup_gets_through(sandbox: Sandbox, browser: httpx.Client, attack: str) -> None:
    world = sandbox.world
    post = world.post_text("pics", "alice", attack, attack)
    world.comment(post.fullname, "carol", attack)
    world.add_user('"><script>alert(1)</script>')
    link = world.post_link("pics", "alice", "Link", "javascript:alert(1)//.jpg")
    for path in (f"/comments/{post.id}", f"/comments/{link.id}", "/", "/r/pics", "/user/carol", f"/user/{attack}"):
        page = browser.get(path)
        tags = re.findall(r"<[^>]*>", page.text)
        assert not [
            tag
            for tag in tags
            if re.search(r"<\s*script|\son\w+\s*=|(?:href|src)=[\"']?\s*(?:javascript|data):", tag, re.I)
        ]
        assert "default-src 'none'" in page.headers["content-security-policy"]


def test_removed_and_deleted_things(sandbox: Sandbox, browser: httpx.Client, png: bytes) -> None:
    post = sandbox.world.post_image("pics", "alice", "Photo", png)
    comment = sandbox.world.comment(post.fullname, "carol", "Secret words")
    sandbox.world.comment(comment.fullname, "dave", "What was it?")
    sandbox.world.remove(comment.fullname)
    sandbox.world.delete(post.fullname)
    page = browser.get(f"/comments/{post.id}")
    assert "Secret words" not in page.text
    assert "[removed]" in page.text
    assert "What was it?" in page.text
    assert _pictures(page) == []
    assert "alice" not in page.text.partition("<main>")[2]


def test_other_pages(sandbox: Sandbox, browser: httpx.Client) -> None:
    post = sandbox.world.post_text("pics", "alice", "A post")
    comment = sandbox.world.comment(post.fullname, "carol", "A comment")
    sandbox.world.add_subreddit("secret", private=True)
    hidden = sandbox.world.post_text("secret", "alice", "Hidden")
    for path in ("/", "/r/pics", "/r/PICS/new/", "/user/alice", "/u/alice/"):
        assert "A post" in browser.get(path).text
        assert "Hidden" not in browser.get(path).text
    assert "A comment" in browser.get("/user/carol").text
    assert "A comment" in browser.get(sandbox.world.share(comment.fullname)).text
    assert "A post" in browser.get(f"/{post.id}").text
    assert [browser.get(path).status_code for path in ("/r/secret", f"/comments/{hidden.id}")] == [403, 403]
    assert [browser.get(path).status_code for path in ("/r/nope", "/user/nope", "/comments/nope", "/nope")] == [404] * 4
    assert "prefers-color-scheme: dark" in browser.get("/sandbox.css").text


def test_a_wiki_page_is_shown_to_those_who_may_read_it(sandbox: Sandbox, browser: httpx.Client) -> None:
    world = sandbox.world
    world.add_moderator("pics", "alice")
    world.write_wiki("pics", "rules", "# Rules\n\n| a | b |\n|---|---|\n| <b>1</b> | 2 |", "alice", "first")
    world.write_wiki("pics", "bot/status", "kept *quiet*", "alice")
    world.subreddit("pics").wiki["bot/status"].permlevel = 2
    page = browser.get("/r/pics/wiki/rules")
    for text in ("<h1>Rules</h1>", "<td>&lt;b&gt;1&lt;/b&gt;</td>", "u/alice", "first"):
        assert text in page.text
    assert 'href="/r/pics/wiki/rules"' in browser.get("/r/pics/wiki/pages").text
    assert "bot/status" not in browser.get("/r/pics/wiki/").text
    assert browser.get("/r/pics/wiki/bot/status").status_code == 404
    browser.post("/_sandbox/login", data={"name": "alice"}, headers={"origin": sandbox.url})
    assert "kept <em>quiet</em>" in browser.get("/r/pics/wiki/Bot/Status").text
    assert browser.get("/r/pics/wiki/nothing").status_code == 404


def test_json_for_programs_at_the_same_address(sandbox: Sandbox, browser: httpx.Client) -> None:
    post = sandbox.world.post_text("pics", "alice", "A post")
    path = f"/r/pics/comments/{post.id}"
    token = sandbox.world.tokens.issue("bot")
    for answer in (browser.get(f"{path}.json"), browser.get(path, headers={"authorization": f"bearer {token}"})):
        assert answer.json()[0]["data"]["children"][0]["data"]["title"] == "A post"
    refused = browser.get(path, headers={"authorization": "bearer unknown"})
    assert refused.status_code == 401
    assert "invalid_token" in refused.headers["www-authenticate"]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**bold** ~~old~~", "<p><strong>bold</strong> <s>old</s></p>"),
        ("a^(b c) d^e", "<p>a<sup>b c</sup> d<sup>e</sup></p>"),
        ("a^(b^(c))", "<p>a<sup>b<sup>c</sup></sup></p>"),
        ("one  \ntwo", "<p>one<br />\ntwo</p>"),
        ("r/pics", '<p><a href="/r/pics">r/pics</a></p>'),
        ("a\\^b ^ c", "<p>a^b ^ c</p>"),
        ("---", "<hr />"),
    ],
)
def test_markdown(text: str, html: str) -> None:
    assert to_html(text).strip() == html


def test_mentions_are_distinct_and_lower_case() -> None:
    assert mentions("u/Bot /u/bot u/Other, `u/code` http://x.org/u/no") == ["bot", "other"]


def test_a_comment_has_a_short_address():
    with Sandbox() as sandbox:
        world = sandbox.world
        world.add_subreddit("pics")
        post = world.post_text("pics", "ada", "Post", "text")
        comment = world.comment(post.fullname, "bea", "hello there")
        answer = httpx.get(f"{sandbox.url}/{comment.fullname}", follow_redirects=True, timeout=PATIENCE)
        assert answer.status_code == 200
        assert "hello there" in answer.text
        assert httpx.get(f"{sandbox.url}/t1_none", timeout=PATIENCE).status_code == 404
