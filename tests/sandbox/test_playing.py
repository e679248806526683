"""Playing a person of the sandbox in a browser: posting, commenting, voting, moderating, writing messages."""

from collections.abc import Callable
from typing import Any

import httpx
from playwright.sync_api import expect

from bot.sandbox.server import Sandbox
from tests.patience import PATIENCE


def be(page: Any, name: str) -> None:
    page.get_by_label("You are").select_option(name)
    page.get_by_role("button", name="Be this person").click()
    expect(page.get_by_label("You are")).to_have_value(name)
    expect(page.get_by_role("link", name="inbox")).to_be_visible()


def test_a_person_posts_and_others_answer_vote_and_moderate(
    sandbox: Sandbox, open_page: Callable[..., Any], png: bytes
) -> None:
    world = sandbox.world
    for name in ("alice", "bob"):
        world.add_user(name)
    page = open_page(viewport={"width": 390, "height": 844})
    page.goto(f"{sandbox.url}/r/pics")
    be(page, "alice")
    page.get_by_text("Post something here").click()
    page.get_by_label("Title").fill("Grandfather, 1912")
    page.get_by_label("Pictures").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": png})
    page.get_by_role("button", name="Post as u/alice").click()
    page.get_by_role("link", name="Grandfather, 1912").click()
    page.wait_for_url("**/comments/**")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    be(page, "bob")
    page.get_by_text("Reply", exact=True).first.click()
    page.get_by_label("Comment as u/bob").first.fill("u/bot please")
    page.get_by_role("button", name="Comment").first.click()
    expect(page.get_by_text("1 comment")).to_be_visible()
    page.get_by_role("button", name="Vote up").first.click()
    expect(page.get_by_text("2 points")).to_be_visible()
    assert page.get_by_role("button", name="Lock").count() == 0, "bob does not moderate"
    assert [notice.kind for notice in world.users["alice"].inbox] == ["post_reply"]

    be(page, "mod")
    page.get_by_role("button", name="Lock", exact=True).first.click()
    expect(page.get_by_role("button", name="Unlock").first).to_be_visible()
    (post,) = world.posts.values()
    assert (post.author, post.locked, post.score) == ("alice", True, 2)

    page.goto(f"{sandbox.url}/message/compose?to=bot&subject=stop&message=stop")
    page.get_by_role("button", name="Send the message").click()
    page.wait_for_url("**/_sandbox/inbox")
    (message,) = world.messages.values()
    assert (message.author, message.dest, message.subject, message.body) == ("mod", "bot", "stop", "stop")


def test_who_may_not_is_told_and_nothing_happens(sandbox: Sandbox) -> None:
    world = sandbox.world
    post = world.post_text("pics", "alice", "Words")
    with httpx.Client(base_url=f"{sandbox.url}/_sandbox", trust_env=False, timeout=PATIENCE) as client:
        for what in ("remove", "lock", "approve", "delete"):
            deed = {"thing": post.fullname, "who": "bob", "what": what}
            assert client.post("/deeds", data=deed).status_code == 403, what
        assert (post.locked, post.deleted, post.removed_by_category) == (False, False, None)
        world.lock(post.fullname)
        words = {"parent": post.fullname, "author": "bob", "body": "Hello", "back": "/"}
        told = client.post("/comments", data=words, headers={"accept": "text/html"})
        assert (told.status_code, "comments are locked there" in told.text) == (403, True)
        assert client.post("/comments", data={**words, "author": "mod"}).status_code == 200
        for back in ("https://evil.example", "//evil.example", "/\\evil.example"):
            answer = client.post("/login", data={"name": "bob", "back": back})
            assert (answer.status_code, answer.headers["location"]) == (303, "/"), back
        assert client.get("/inbox", headers={"host": "evil.example"}).status_code == 403
