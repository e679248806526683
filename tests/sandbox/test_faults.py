"""The sandbox misbehaves as it is told to, and says what it saw."""

import time

import httpx
import praw
import prawcore
import pytest
from praw.exceptions import RedditAPIException

from bot.sandbox.faults import Action, Faults
from bot.sandbox.server import Sandbox
from tests.patience import PATIENCE, wait_until


@pytest.fixture
def submission(sandbox: Sandbox, reddit: praw.Reddit) -> praw.models.Submission:
    post = sandbox.world.post_text("pics", "alice", "Post")
    reddit.user.me()
    return reddit.submission(post.id)


def _posts(sandbox: Sandbox) -> list[int | None]:
    return [call["status"] for call in sandbox.world.calls if call["path"] == "/api/comment"]


def test_status_is_answered_before_the_work(sandbox: Sandbox, submission: praw.models.Submission) -> None:
    sandbox.world.faults.add("/api/comment", "status", method="POST", times=2, status=503)
    submission.reply("Hello")
    assert _posts(sandbox) == [503, 503, 200]
    assert len(sandbox.world.replies_by("bot")) == 1


def test_store_then_status_makes_praw_reply_twice(sandbox: Sandbox, submission: praw.models.Submission) -> None:
    sandbox.world.faults.add("/api/comment/", "store_then_status", status=503)
    submission.reply("Hello")
    assert _posts(sandbox) == [503, 200]
    assert len(sandbox.world.replies_by("bot")) == 2


def test_store_then_delay_outlasts_the_client(sandbox: Sandbox) -> None:
    post = sandbox.world.post_text("pics", "alice", "Post")
    sandbox.world.faults.add("/api/comment", "store_then_delay", seconds=3600)
    headers = {"authorization": f"bearer {sandbox.world.tokens.issue('bot')}"}
    form = {"thing_id": post.fullname, "text": "Hello"}
    with pytest.raises(httpx.ReadTimeout):  # PRAW's own timeout is counted in whole seconds
        httpx.post(f"{sandbox.url}/api/comment", data=form, headers=headers, timeout=httpx.Timeout(PATIENCE, read=0.1))
    wait_until(lambda: sandbox.world.replies_by("bot"))
    assert [reply.body for reply in sandbox.world.replies_by("bot")] == ["Hello"]


def test_delay(sandbox: Sandbox, submission: praw.models.Submission) -> None:
    sandbox.world.faults.add("/comments/*", "delay", seconds=0.2)
    start = time.monotonic()
    assert submission.title == "Post"
    assert time.monotonic() - start >= 0.2


@pytest.mark.parametrize("text", ["9 minutes", "9m 12s"])
def test_ratelimit(sandbox: Sandbox, submission: praw.models.Submission, text: str) -> None:
    sandbox.world.faults.add("/api/comment", "ratelimit", text=text)
    with pytest.raises(RedditAPIException) as error:
        submission.reply("Hello")
    [item] = error.value.items
    assert (item.error_type, item.field) == ("RATELIMIT", "ratelimit")
    assert f"Take a break for {text} before" in item.message
    assert sandbox.world.replies_by("bot") == []


def test_drop_closes_the_connection(sandbox: Sandbox, submission: praw.models.Submission) -> None:
    sandbox.world.faults.add("/api/comment", "drop", times=3)
    with pytest.raises(prawcore.RequestException):
        submission.reply("Hello")
    assert sandbox.world.replies_by("bot") == []
    submission.reply("Hello")
    assert _posts(sandbox) == [None, None, None, 200]


def test_429_names_the_wait(sandbox: Sandbox, submission: praw.models.Submission) -> None:
    sandbox.world.faults.add("/comments", "status", status=429, retry_after=7)
    with pytest.raises(prawcore.TooManyRequests) as error:
        _ = submission.title
    assert float(error.value.retry_after) == 7.0


@pytest.mark.parametrize(
    ("method", "path", "hit"),
    [
        ("POST", "/api/comment", True),
        ("POST", "/api/comment/", True),
        ("GET", "/api/comment", False),
        ("POST", "/api/comments", False),
        ("POST", "/api/v1/me", False),
    ],
)
def test_what_a_fault_matches(method: str, path: str, hit: bool) -> None:
    faults = Faults()
    faults.add("/api/comment/", "status", method="post")
    assert (faults.take(method, path) is not None) == hit


def test_faults_wear_out() -> None:
    faults = Faults()
    faults.add("/r/*/new", "drop", times=1)
    faults.add("/r", "status", times=None, status=500)
    taken = [faults.take("GET", "/r/pics/new") for _ in range(3)]
    assert [fault.action for fault in taken if fault] == ["drop", "status", "status"]


def test_control_over_http(sandbox: Sandbox, submission: praw.models.Submission) -> None:
    fault = {"method": "POST", "path": "/api/comment", "times": 1, "action": "status", "status": 500}
    with httpx.Client(base_url=sandbox.url, timeout=PATIENCE) as control:
        assert control.post("/_sandbox/faults", json=fault).status_code == 200
        assert control.post("/_sandbox/faults", json=fault | {"action": "explode"}).status_code == 422
        assert control.post("/_sandbox/faults", json=fault | {"colour": "red"}).status_code == 422
        submission.reply("Hello")
        calls = control.get("/_sandbox/calls").json()
        assert [call["status"] for call in calls if call["path"] == "/api/comment"] == [500, 200]
        assert "PRAW/" in calls[-1]["user_agent"]
        [reply] = control.get("/_sandbox/replies", params={"author": "BOT"}).json()
        assert (reply["body"], reply["parent"]) == ("Hello", submission.fullname)
        control.post("/_sandbox/faults", json=fault)
        control.delete("/_sandbox/faults")
    submission.reply("Again")
    assert _posts(sandbox) == [500, 200, 200]


def test_stops_quickly_and_frees_its_port() -> None:
    with Sandbox() as first:
        port = int(first.url.rpartition(":")[2])
    with Sandbox(port=port) as second:
        assert second.url == first.url
        assert httpx.get(f"{second.url}/", timeout=PATIENCE).status_code == 200


def test_an_empty_listing(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    sandbox.world.post_text("pics", "alice", "Post")
    sandbox.world.faults.add("/r/pics/new", "empty")
    assert list(reddit.subreddit("pics").new()) == []
    assert len(list(reddit.subreddit("pics").new())) == 1


@pytest.mark.parametrize(
    ("action", "error", "stored"),
    [
        ("page", prawcore.BadJSON, 0),
        ("store_then_page", prawcore.BadJSON, 1),
        ("cut", prawcore.RequestException, 3),  # prawcore repeats it
        ("reset", prawcore.RequestException, 0),
    ],
)
def test_answers_that_are_none(
    sandbox: Sandbox, submission: praw.models.Submission, action: Action, error: type[Exception], stored: int
) -> None:
    sandbox.world.faults.add("/api/comment", action, times=3)
    with pytest.raises(error):
        submission.reply("Hello")
    assert len(sandbox.world.replies_by("bot")) == stored


def test_an_answer_in_drips_is_whole(sandbox: Sandbox, submission: praw.models.Submission) -> None:
    sandbox.world.faults.add("/comments/*", "drip")
    assert submission.title == "Post"


def test_what_is_stored_late_is_counted_until_then(sandbox: Sandbox, submission: praw.models.Submission) -> None:
    sandbox.world.faults.add("/api/comment", "status_then_store", status=404, seconds=0.2)
    with pytest.raises(prawcore.NotFound):
        submission.reply("Hello")
    wait_until(lambda: not sandbox.world.faults.late)
    assert len(sandbox.world.replies_by("bot")) == 1
