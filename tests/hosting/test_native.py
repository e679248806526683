"""Against the sandbox over HTTP, with the real PRAW: upload lease, storage, post, websocket."""

import threading
from datetime import timedelta

import pytest
import requests

from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused, RetryLater, Uncertain
from bot.hosting.native import NativeHost, mark
from tests.clients import client_of
from tests.patience import PATIENCE

# PRAW does not close a websocket that stayed silent.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
SOCKET = "/wss.redditmedia.com"


@pytest.fixture
def world(world):
    world.add_user("Bot")
    world.add_subreddit("BotPictures", restricted=True, moderators=["Bot"])
    world.add_subreddit("BotPicturesNSFW", over18=True, restricted=True, moderators=["Bot"])
    return world


@pytest.fixture
def log_in(sandbox):
    """Makes a client as the bot does."""

    def make():
        return client_of(sandbox)

    return make


@pytest.fixture
def host(log_in):
    return NativeHost(log_in, subreddit="BotPictures", nsfw_subreddit="BotPicturesNSFW", answer_seconds=1)


def shown(world):
    return [post for post in world.posts.values() if not post.deleted]


def calls(world, path):
    return [call["status"] for call in world.calls if call["path"] == path]


def test_a_picture_is_posted_and_its_post_deleted(host, world, sandbox, picture):
    kept = host.upload(picture())
    [post] = shown(world)
    assert (post.subreddit, post.author, post.over_18) == ("BotPictures", "Bot", False)
    assert post.title == f"A street in 1910, in colour ({mark(picture().key)})"
    assert picture().key not in post.title
    assert (kept.token, kept.url) == (post.fullname, f"{sandbox.url}/i.redd.it/{post.pictures[0]}.jpg")
    assert requests.get(kept.url, timeout=PATIENCE).content == picture().content
    host.delete(picture().key, kept.token)
    host.delete(picture().key, kept.token)
    assert shown(world) == []


def test_an_nsfw_picture_goes_to_the_twin(host, world, log_in, picture):
    host.upload(picture(nsfw=True))
    [post] = shown(world)
    assert (post.subreddit, post.over_18) == ("BotPicturesNSFW", True)
    alone = NativeHost(log_in, subreddit="BotPictures")
    assert (host.capabilities.nsfw, alone.capabilities.nsfw) == (True, False)
    with pytest.raises(Refused, match="no NSFW subreddit"):
        alone.upload(picture("other-key", nsfw=True))


def test_the_same_key_again_finds_the_post(host, world, picture):
    assert host.upload(picture()) == host.upload(picture())
    assert len(shown(world)) == 1
    host.upload(picture("other-key"))
    assert len(shown(world)) == 2


def test_a_deleted_post_is_not_found_again(host, world, picture):
    host.delete(picture().key, host.upload(picture()).token)
    again = host.upload(picture())
    assert [post.fullname for post in shown(world)] == [again.token]


def test_a_post_that_somebody_else_made_is_not_taken(host, world, picture):
    other = world.post_image("BotPictures", "mallory", f"x ({mark(picture().key)})", picture().content, "image/jpeg")
    assert host.upload(picture()).token != other.fullname


@pytest.mark.parametrize("action", ["drop", "delay", "store_then_status"])
def test_a_post_is_found_although_the_websocket_fails(host, world, picture, action):
    world.faults.add(SOCKET, action, seconds=60)
    kept = host.upload(picture())
    assert [post.fullname for post in shown(world)] == [kept.token]


def test_a_post_that_is_not_to_be_seen_is_uncertain(host, world, picture):
    world.faults.add(SOCKET, "status")
    with pytest.raises(Uncertain, match="r/BotPictures: The attempted media upload action has failed") as caught:
        host.upload(picture())
    assert caught.value.then is Outcome.HOST_FAILED
    host.upload(picture())
    assert len(shown(world)) == 1


@pytest.mark.parametrize("path", ["/api/info", "/user/Bot/submitted"])
def test_a_post_that_cannot_be_read_is_uncertain_too(host, world, picture, path):
    host.upload(picture("other-key"))
    world.faults.add(SOCKET, "drop" if path.startswith("/user") else "delay")
    world.faults.add(path, "delay", times=int(path.startswith("/user")))  # the look before the post
    world.faults.add(path, "status", status=403)
    with pytest.raises(Uncertain, match="403"):
        host.upload(picture())
    host.upload(picture())
    assert len(shown(world)) == 2


@pytest.mark.parametrize("action", ["store_then_status", "status", "drop"])
def test_a_post_is_sent_once(host, world, picture, action):
    world.faults.add("/api/submit", action, method="POST", status=503)
    if action == "store_then_status":
        host.upload(picture())
    else:
        with pytest.raises(Uncertain, match="/api/submit"):
            host.upload(picture())
    assert len(calls(world, "/api/submit")) == 1
    host.upload(picture())
    assert len(shown(world)) == 1


def test_a_file_that_did_not_arrive_leaves_nothing_to_look_for(host, world, picture):
    world.faults.add("/reddit-uploaded-media", "status", status=503)
    with pytest.raises(RetryLater) as caught:
        host.upload(picture())
    assert not isinstance(caught.value, Uncertain)
    assert shown(world) == []
    world.faults.add("/reddit-uploaded-media", "status", status=403)
    with pytest.raises(RetryLater, match="the storage refused the file"):
        host.upload(picture())


def test_a_file_that_is_too_large_is_refused(host, monkeypatch, picture):
    monkeypatch.setattr("bot.sandbox.routes.media.LARGEST_UPLOAD", 100)
    with pytest.raises(Refused, match="maximum size is 100") as caught:
        host.upload(picture())
    assert caught.value.outcome is Outcome.HOST_FAILED


def test_reddits_breaks_are_kept(host, world, picture):
    world.faults.add("/api/submit", "ratelimit", method="POST", text="9m 12s")
    with pytest.raises(RetryLater) as caught:
        host.upload(picture())
    assert (caught.value.seconds, caught.value.then) == (553, Outcome.HOST_FAILED)


def test_a_closed_subreddit_says_nothing_about_the_one_that_asked(host, world, picture):
    world.subreddit("BotPictures").banned.add("bot")
    with pytest.raises(RetryLater, match="r/BotPictures: 403") as caught:
        host.upload(picture())
    assert caught.value.then is Outcome.HOST_FAILED


def test_a_title_is_cut_to_reddits_length(host, world, picture):
    host.upload(picture(title="A  very\nlong title " * 30))
    [post] = shown(world)
    assert len(post.title) <= 300
    assert post.title.startswith("A very long title A")
    assert host.upload(picture()).token == post.fullname


def test_without_a_token_the_post_is_looked_for(host, world, picture):
    host.delete(picture().key, None)
    assert calls(world, "/api/del") == []
    host.upload(picture())
    host.delete(picture().key, None)
    assert shown(world) == []


def test_a_post_is_found_by_its_picture_and_waited_for_until_it_cannot_show_up(log_in, host, world, picture):
    late = NativeHost(log_in, subreddit="BotPictures", lag=timedelta(seconds=300))
    with pytest.raises(Uncertain, match="does not show it yet") as caught:
        late.find(picture().key, timedelta(seconds=10))
    assert (caught.value.seconds, caught.value.then) == (30, Outcome.HOST_FAILED)
    with pytest.raises(Uncertain) as caught:
        late.find(picture().key, timedelta(seconds=290))
    assert caught.value.seconds == 10
    assert late.find(picture().key, timedelta(seconds=300)) is None
    kept = host.upload(picture())
    assert late.find(picture().key, timedelta(seconds=10)) == kept
    assert len(calls(world, "/api/submit")) == 1


def test_a_deletion_that_did_not_happen_is_seen(host, world, picture):
    kept = host.upload(picture())
    world.faults.add("/api/del", "status", status=200)
    with pytest.raises(RetryLater, match=f"delete {kept.token}: it is still there"):
        host.delete(picture().key, kept.token)


def test_each_thread_has_a_client_of_its_own(log_in, picture):
    made = []

    def log_in_counted():
        made.append(threading.get_ident())
        return log_in()

    host = NativeHost(log_in_counted, subreddit="BotPictures")
    threads = [threading.Thread(target=host.upload, args=(picture(f"key-number-{i}"),)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 2


def test_the_check_tries_both_subreddits_and_leaves_nothing(host, world):
    host.check()
    assert {post.subreddit for post in world.posts.values()} == {"BotPictures", "BotPicturesNSFW"}
    assert shown(world) == []


def test_a_check_that_hears_nothing_of_its_probe_deletes_it(host, world):
    world.faults.add("/user/Bot/submitted", "delay")  # the look before the post
    world.faults.add("/user/Bot/submitted", "status", status=403)
    world.faults.add("/api/submit", "store_then_status", method="POST")
    with pytest.raises(Uncertain):
        host.check()
    assert (len(world.posts), shown(world)) == (1, [])
