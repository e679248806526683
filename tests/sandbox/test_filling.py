"""Filling a running sandbox from outside, by calls and by the page."""

import json
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import praw
import pytest

from bot.sandbox.filling import MAKERS
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World

Login = Callable[..., praw.Reddit]


@pytest.fixture
def world() -> World:
    """A sandbox without anything in it."""
    return World(calls_per_window=1_000_000)


@pytest.fixture
def control(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{sandbox.url}/_sandbox") as client:
        yield client


def _make(control: httpx.Client, what: str, **fields: object) -> dict[str, Any]:
    answer = control.post(f"/{what}", json=fields)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_whole_thread_is_made_from_outside(control: httpx.Client, login: Login, png: bytes) -> None:
    assert _make(control, "users", name="my_bot", password="hidden")["password"] == "hidden"
    _make(control, "subreddits", name="pics", title="Pictures", moderators="carol, dave")
    _make(control, "moderators", subreddit="pics", name="erin", permissions="wiki,flair")
    _make(control, "moderators", subreddit="pics", name="my_bot", invite=True)
    post = _make(control, "posts", subreddit="pics", author="alice", title="Hello", text="there", flair="Old")
    _make(control, "comments", parent=post["name"], author="bob", body="u/my_bot hello")
    _make(control, "messages", to="my_bot", author="bob", subject="Hi", body="Hello")
    assert _make(control, "votes", thing=post["name"], voter="bob")["score"] == 2
    assert _make(control, "votes", thing=post["name"], score=40)["score"] == 40
    reddit = login("my_bot", password="hidden")
    assert [item.body.partition("!")[0] for item in reddit.inbox.unread()] == [
        "Hello",
        "u/my_bot hello",
        "gadzooks",
    ]
    assert {one.name: one.mod_permissions for one in reddit.subreddit("pics").moderator()} == {
        "carol": ["all"],
        "dave": ["all"],
        "erin": ["wiki", "flair"],
    }
    [seen] = reddit.subreddit("pics").new()
    assert (seen.title, seen.selftext, seen.score, seen.link_flair_text) == ("Hello", "there", 40, "Old")


def test_pictures_are_sent_as_files(control: httpx.Client, login: Login, png: bytes) -> None:
    _make(control, "subreddits", name="pics")
    form = {"subreddit": "pics", "author": "alice"}
    for title, count in (("One", 1), ("Two", 2)):
        files = [("pictures", (f"{number}.png", png)) for number in range(count)]
        assert control.post("/posts", data=form | {"title": title}, files=files).status_code == 200
    two, one = login("bot").subreddit("pics").new()
    assert (one.url.endswith(".png"), len(two.gallery_data["items"])) == (True, 2)


@pytest.mark.parametrize(
    ("what", "fields", "status", "said"),
    [
        ("users", {"name": "no spaces"}, 422, "name: "),
        ("users", {"name": "fine", "colour": "red"}, 422, "colour: "),
        ("subreddits", {}, 422, "name: Field required"),
        ("posts", {"subreddit": "nowhere", "author": "alice", "title": "x"}, 404, "there is no subreddit nowhere"),
        ("comments", {"parent": "t3_x", "author": "alice", "body": "x"}, 404, "there is no post or comment t3_x"),
        ("votes", {"thing": "t3_x", "voter": "alice", "direction": 5}, 422, "direction: "),
        ("castles", {}, 404, "one of users, subreddits"),
    ],
)
def test_what_cannot_be_is_named(
    control: httpx.Client, what: str, fields: dict[str, object], status: int, said: str
) -> None:
    answer = control.post(f"/{what}", json=fields)
    assert (answer.status_code, said in answer.json()["detail"]) == (status, True), answer.text


def test_a_subreddit_is_made_once(control: httpx.Client) -> None:
    _make(control, "subreddits", name="pics")
    assert control.post("/subreddits", json={"name": "PICS"}).json()["detail"] == "there is a subreddit PICS already"


def test_the_page_says_the_passwords_and_takes_forms(control: httpx.Client) -> None:
    person = {"accept": "text/html"}
    control.post("/users", data={"name": "alice", "password": "open sesame"}, headers=person)
    led_back = control.post("/subreddits", data={"name": "pics", "title": ""}, headers=person, follow_redirects=True)
    assert (led_back.status_code, "Made in subreddits: name pics" in led_back.text) == (200, True)
    assert "open sesame" in led_back.text
    assert "sandbox_secret" in led_back.text
    assert {"name": "alice", "password": "open sesame"} in control.get("/users").json()
    wrong = control.post("/posts", data={"subreddit": "nowhere", "author": "alice", "title": "x"}, headers=person)
    assert (wrong.status_code, "there is no subreddit nowhere" in wrong.text) == (422, True)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_calls_in_the_document_work(sandbox: Sandbox, png: bytes, tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text()
    calls = [line for line in page.splitlines() if line.startswith("curl http://127.0.0.1:8090/_sandbox/")]
    assert len(calls) == len(MAKERS)
    (tmp_path / "photo.jpg").write_bytes(png)
    for call in calls:
        command = [part.replace("http://127.0.0.1:8090", sandbox.url) for part in shlex.split(call)]
        done = subprocess.run([*command, "--silent"], cwd=tmp_path, capture_output=True, text=True, check=True)
        assert "name" in json.loads(done.stdout), done.stdout


@pytest.mark.parametrize("headers", [{"origin": "https://example.org"}, {"host": "example.org"}])
def test_other_sites_pages_cannot_use_it(control: httpx.Client, headers: dict[str, str]) -> None:
    assert control.post("/users", data={"name": "alice"}, headers=headers).status_code == 403
    assert control.get("/users", headers=headers).status_code == 403
    assert control.get("/users").json() == []


def test_the_forms_work_in_a_browser(sandbox: Sandbox, open_page: Callable[..., Any], png: bytes) -> None:
    page = open_page()
    page.goto(f"{sandbox.url}/_sandbox")

    def fill(what: str, **fields: str) -> None:
        form = page.locator(f'form[action="/_sandbox/{what}"]')
        for name, value in fields.items():
            form.locator(f"[name={name}]").fill(value)
        if what == "posts":
            form.locator("[name=pictures]").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": png})
        form.locator("button").click()
        page.get_by_role("status").filter(has_text=f"Made in {what}").wait_for()

    fill("users", name="alice")
    fill("subreddits", name="pics")
    fill("posts", subreddit="pics", author="alice", title="A photo")
    [post] = sandbox.world.posts.values()
    assert (post.kind, post.title, sandbox.world.pictures[post.pictures[0]].content) == ("image", "A photo", png)
    page.get_by_role("link", name="A photo").click()
    page.get_by_role("heading", name="A photo").wait_for()
