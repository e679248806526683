"""Reddit's refusals over HTTP, through PRAW, to what they mean for a job."""

import socket
from fnmatch import fnmatchcase

import pytest

from bot.domain.addresses import AddressReader
from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused, RetryLater, Uncertain
from bot.domain.silence import Reason
from bot.reddit.account import whoami
from bot.reddit.errors import ACTIONS, UNKNOWN_TRIES, action_for, seconds_to_wait
from bot.reddit.links import resolve_share
from bot.reddit.listings import thread
from bot.reddit.posting import find_own_reply, post_reply
from tests.clients import client_of


@pytest.fixture
def world(world):
    world.add_user("Bot")
    world.add_subreddit("pics")
    return world


@pytest.fixture
def reddit(sandbox):
    return client_of(sandbox)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Looks like you've been doing that a lot. Take a break for 9 minutes before trying again.", 540),
        ("you are doing that too much. try again in 1 minute.", 60),
        ("Take a break for 12 seconds before trying again.", 12),
        ("Take a break for 9m 12s before trying again.", 552),
        ("Take a break for 45s before trying again.", 45),
        ("Take a break for 1h 2m before trying again.", 3720),
        ("Take a break for 350 milliseconds before trying again.", 0.35),
        ("try again in 9 mins", 540),
        ("try again in 30 secs", 30),
        ("try again in 1 hr 5 min", 3900),
        ("Take a break for an hour before trying again.", 3600),
        ("try again in 1 day", 86400),
        ("try again in a few seconds", 10),
        ("half an hour", 1800),
        ("try again in 1,200 seconds", 1200),
        ("try again in 1.5 hours", 5400),
        ("Please wait 90s", 90),
        ("in 5 minutes and 3 seconds", 303),
        ("9m12s", 552),
        ("You made 30 comments in 10 minutes. Try again in 2 minutes.", 120),
        ("try again in 999999 hours", 86400),
        ("try again in two minutes", 120),
        ("Take a break.", 600),
        ("", 600),
    ],
)
def test_a_ratelimit_is_read_in_every_wording(text, seconds):
    assert seconds_to_wait(text) == pytest.approx(seconds)


def lock(world, post):
    world.lock(post.fullname)


def archive(world, post):
    world.archive(post.fullname)


def ban(world, post):
    world.subreddit("pics").banned.add("bot")


@pytest.mark.parametrize(
    ("change", "outcome"), [(lock, Outcome.LOCKED), (archive, Outcome.ARCHIVED), (ban, Outcome.FORBIDDEN)]
)
def test_refusals_have_names(world, reddit, change, outcome):
    post = world.post_text("pics", "ada", "Post", "text")
    change(world, post)
    with pytest.raises(Refused) as caught:
        post_reply(reddit, parent=post.fullname, text="hello")
    assert caught.value.outcome is outcome


def test_a_deleted_parent_is_named(world, reddit):
    post = world.post_text("pics", "ada", "Post", "text")
    comment = world.comment(post.fullname, "bea", "hello")
    world.delete(comment.fullname)
    with pytest.raises(Refused) as caught:
        post_reply(reddit, parent=comment.fullname, text="hello")
    assert caught.value.outcome is Outcome.DELETED


def test_ratelimit_says_when_to_come_back(world, reddit):
    post = world.post_text("pics", "ada", "Post", "text")
    world.faults.add("/api/comment", "ratelimit", method="POST", text="9m 12s")
    with pytest.raises(RetryLater) as caught:
        post_reply(reddit, parent=post.fullname, text="hello")
    assert caught.value.seconds == pytest.approx(553)
    assert caught.value.then is Outcome.REPLY_FAILED


def test_429_says_when_to_come_back(world, reddit):
    world.faults.add("/api/v1/me", "status", status=429, retry_after=7)
    with pytest.raises(RetryLater) as caught:
        whoami(reddit)
    assert caught.value.seconds == 7


def test_wrong_credentials_are_said(sandbox):
    with pytest.raises(RetryLater, match="invalid_grant"):
        whoami(client_of(sandbox, password="wrong"))


@pytest.mark.parametrize(
    ("action", "stored"),
    [
        ("status", False),
        ("store_then_status", True),
        ("page", False),
        ("store_then_page", True),
        ("cut", True),
        ("drop", False),
        ("reset", False),
    ],
)
def test_an_uncertain_comment_is_sent_once(world, reddit, action, stored):
    post = world.post_text("pics", "ada", "Post", "text")
    world.faults.add("/api/comment", action, method="POST", status=503)
    with pytest.raises(Uncertain):
        post_reply(reddit, parent=post.fullname, text="hello")
    sent = [call for call in world.calls if call["path"] == "/api/comment"]
    assert len(sent) == 1
    found = find_own_reply(reddit, thread(reddit, post.fullname, post.fullname), parent=post.fullname, bot_name="bot")
    assert (found is not None) is stored
    assert len(world.replies_by("Bot")) == stored


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "http://reddit.invalid"])
def test_a_comment_that_never_left_this_machine_is_not_uncertain(sandbox, address):
    with pytest.raises(RetryLater) as caught:
        post_reply(client_of(sandbox, oauth_url=address), parent="t3_abc", text="hello")
    assert not isinstance(caught.value, Uncertain)


def test_reading_is_tried_again_by_the_client(world, reddit):
    world.faults.add("/api/v1/me", "status", status=503, times=1)
    assert whoami(reddit) == "Bot"


def test_the_own_reply_is_found_in_a_crowded_thread(world, reddit):
    post = world.post_text("pics", "ada", "Post", "text")
    own = world.comment(post.fullname, "Bot", "mine")
    for i in range(520):
        world.comment(post.fullname, "crowd", f"comment {i}")
    seen = thread(reddit, post.fullname, post.fullname)
    assert not seen.complete
    assert find_own_reply(reddit, seen, parent=post.fullname, bot_name="Bot").fullname == own.fullname


def test_a_thread_holds_the_way_up_and_the_replies_below(world, reddit):
    post = world.post_text("pics", "ada", "Post", "text")
    top = world.comment(post.fullname, "bea", "top")
    asked = world.comment(top.fullname, "cid", "u/Bot")
    below = world.comment(asked.fullname, "dan", "below")
    seen = thread(reddit, post.fullname, asked.fullname)
    assert [c.fullname for c in seen.comments] == [asked.fullname, top.fullname]
    assert [c.fullname for c in seen.replies] == [below.fullname]


TABLE = [
    ("THREAD_LOCKED", Outcome.LOCKED, False, None),
    ("TOO_OLD", Outcome.ARCHIVED, False, None),
    ("DELETED_COMMENT", Outcome.DELETED, False, None),
    ("DELETED_LINK", Outcome.DELETED, False, None),
    ("USER_BLOCKED", Outcome.BLOCKED, False, None),
    ("COMMENT_UNREPLIABLE", Outcome.BLOCKED, False, None),
    ("NOT_WHITELISTED_BY_USER_MESSAGE", Outcome.BLOCKED, False, None),
    ("PM_MODERATOR_RESTRICTION", Outcome.BLOCKED, False, None),
    ("USER_DOESNT_EXIST", Outcome.BLOCKED, False, None),
    ("INVALID_USER", Outcome.BLOCKED, False, None),
    ("RESTRICTED_TO_PM", Outcome.BLOCKED, False, None),
    ("USER_BLOCKED_MESSAGE", Outcome.BLOCKED, False, None),
    ("COMMENTER_BLOCKED_POSTER", Outcome.BLOCKED, False, None),
    ("NO_THING_ID", Outcome.DELETED, False, None),
    ("TOO_MANY_COMMENTS", Outcome.NOT_ALLOWED, True, None),
    ("DOMAIN_BANNED", Outcome.NOT_ALLOWED, True, None),
    ("BANNED_FROM_SUBREDDIT", Outcome.FORBIDDEN, True, Reason.BANNED),
    ("USER_MUTED", Outcome.NOT_ALLOWED, False, Reason.MUTED),
    ("SUBREDDIT_NOTALLOWED", Outcome.FORBIDDEN, True, None),
    ("SUBREDDIT_NOEXIST", Outcome.FORBIDDEN, False, None),
    ("SUBREDDIT_OUTBOUND_LINKING_DISALLOWED", Outcome.NOT_ALLOWED, True, None),
    ("SUBREDDIT_LINKING_DISALLOWED", Outcome.NOT_ALLOWED, True, None),
    ("COMMENT_GUIDANCE_VALIDATION_FAILED", Outcome.NOT_ALLOWED, True, None),
    ("SUBMIT_VALIDATION_BODY_REGEX_REQUIREMENT", Outcome.NOT_ALLOWED, True, None),
    ("NO_INVITE_FOUND", Outcome.NOT_ALLOWED, False, None),
    ("TOO_LONG", Outcome.FAILED, False, None),
    ("NO_TEXT", Outcome.FAILED, False, None),
]


@pytest.mark.parametrize(("code", "outcome", "elsewhere", "silence"), TABLE)
def test_every_code_of_the_table(world, reddit, code, outcome, elsewhere, silence):
    post = world.post_text("pics", "ada", "Post", "text")
    world.faults.add("/api/comment", "refuse", method="POST", text=code)
    with pytest.raises(Refused) as caught:
        post_reply(reddit, parent=post.fullname, text="hello")
    assert (caught.value.outcome, caught.value.elsewhere, caught.value.silence) == (outcome, elsewhere, silence)


STATUSES = [
    (403, "private", Outcome.FORBIDDEN, False, Reason.PRIVATE),
    (403, "banned", Outcome.FORBIDDEN, True, Reason.BANNED),
    (403, "quarantined", Outcome.QUARANTINED, False, Reason.QUARANTINED),
    (403, None, Outcome.FORBIDDEN, True, None),
    (403, "something new", Outcome.FORBIDDEN, False, None),
    (404, None, Outcome.DELETED, False, None),
    (451, None, Outcome.FORBIDDEN, False, None),
]


@pytest.mark.parametrize(("status", "reason", "outcome", "elsewhere", "silence"), STATUSES)
def test_every_status_of_the_table(world, reddit, status, reason, outcome, elsewhere, silence):
    post = world.post_text("pics", "ada", "Post", "text")
    world.faults.add("/api/comment", "status", method="POST", status=status, reason=reason)
    with pytest.raises(Refused) as caught:
        post_reply(reddit, parent=post.fullname, text="hello")
    assert (caught.value.outcome, caught.value.elsewhere, caught.value.silence) == (outcome, elsewhere, silence)


def test_no_row_of_the_table_is_without_a_test():
    tested = {code for code, *_ in TABLE} | {
        "403 private",
        "403 banned",
        "403 quarantined",
        "403 to a comment",
        "404",
        "451",
    }
    assert [action for action in ACTIONS if not any(fnmatchcase(code, action) for code in tested)] == ["403"]
    assert action_for("403 something new") is None, "an unknown reason is an ordinary 403"


@pytest.mark.parametrize(
    ("code", "tries"), [("SOMETHING_IS_BROKEN", None), ("QUOTA_FILLED", None), ("SOMETHING_NEW", UNKNOWN_TRIES)]
)
def test_what_reddit_says_of_itself_passes_and_what_nobody_knows_is_tried_a_few_times(world, reddit, code, tries):
    post = world.post_text("pics", "ada", "Post", "text")
    world.faults.add("/api/comment", "refuse", method="POST", text=code)
    with pytest.raises(RetryLater) as caught:
        post_reply(reddit, parent=post.fullname, text="hello")
    assert caught.value.tries == tries


@pytest.mark.parametrize(
    ("status", "location", "tries"),
    [
        (400, None, UNKNOWN_TRIES),
        (413, None, UNKNOWN_TRIES),
        (409, None, UNKNOWN_TRIES),
        (302, "/login/?dest=x", UNKNOWN_TRIES),
        (503, None, None),
    ],
)
def test_statuses_that_speak_of_no_thing(world, reddit, status, location, tries):
    post = world.post_text("pics", "ada", "Post", "text")
    world.faults.add("/comments/*", "status", status=status, location=location, times=3)
    with pytest.raises(RetryLater) as caught:
        thread(reddit, post.fullname, post.fullname)
    assert caught.value.tries == tries


def test_a_subreddit_that_there_is_not_leads_to_the_search(world, reddit):
    world.faults.add("/comments/*", "status", status=302, location="/subreddits/search?q=nothing")
    with pytest.raises(Refused) as caught:
        thread(reddit, "t3_abc", "t3_abc")
    assert caught.value.outcome is Outcome.DELETED


@pytest.mark.parametrize(("change", "outcome"), [("delete", Outcome.DELETED), ("remove", Outcome.REMOVED)])
def test_what_was_deleted_or_removed_is_named_at_once(world, reddit, change, outcome):
    post = world.post_text("pics", "ada", "Post", "text")
    asked = world.comment(post.fullname, "bea", "u/Bot")
    getattr(world, change)(asked.fullname)
    with pytest.raises(Refused) as caught:
        thread(reddit, post.fullname, asked.fullname)
    assert caught.value.outcome is outcome


@pytest.mark.parametrize("hops", [1, 2, 3])
def test_a_share_link_may_take_several_hops(world, reddit, sandbox, hops):
    post = world.post_text("pics", "ada", "Post", "text")
    path = world.share(post.fullname)
    for number in range(hops - 1):
        world.share_links[f"Hop{number}"] = path
        path = f"/u/ada/s/Hop{number}"
    assert resolve_share(reddit, path, AddressReader(sandbox.url)).post == post.fullname


@pytest.mark.parametrize("path", ["/r/pics/s/nothing", "/r/pics/comments/abc", "//evil.example/r/a/s/b", "/s/../x"])
def test_a_share_link_that_leads_nowhere(world, reddit, sandbox, path):
    with pytest.raises(Refused) as caught:
        resolve_share(reddit, path, AddressReader(sandbox.url))
    assert caught.value.outcome is Outcome.DELETED


@pytest.mark.parametrize(
    "where",
    [
        "http://127.0.0.1:{port}/r/pics/s/Abc",
        "//127.0.0.1:{port}/r/pics/s/Abc",
        "/\\127.0.0.1:{port}/r/pics/s/Abc",
        "http://127.0.0.1:{port}@{sandbox}/r/pics/s/Abc",
        "//127.0.0.1:{port}/r/pics/comments/abc/x/",
        "/r/pics/s/http://127.0.0.1:{port}/",
        "/r/pics/s/..%2f..%2f127.0.0.1:{port}",
        "/r/pics/s/Abc@127.0.0.1:{port}",
        "/u/http://127.0.0.1:{port}/s/Abc",
        "http:127.0.0.1:{port}/r/pics/s/Abc",
    ],
)
@pytest.mark.parametrize("said_by", ["reddit", "a redditor"])
def test_a_share_link_takes_the_bots_token_nowhere_else(world, reddit, sandbox, where, said_by):
    with socket.socket() as elsewhere:
        elsewhere.bind(("127.0.0.1", 0))
        elsewhere.listen()
        where = where.format(port=elsewhere.getsockname()[1], sandbox=sandbox.url.removeprefix("http://"))
        world.share_links["Evil"] = where
        with pytest.raises((Refused, RetryLater, ValueError)):
            resolve_share(reddit, "/r/pics/s/Evil" if said_by == "reddit" else where, AddressReader(sandbox.url))
        elsewhere.setblocking(False)
        with pytest.raises(BlockingIOError):
            elsewhere.accept()
