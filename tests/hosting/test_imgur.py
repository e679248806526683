"""Against a double of Imgur's API on loopback (imgur_double.py), never against Imgur itself."""

import pytest
import requests

from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused, RetryLater
from bot.hosting.imgur import ImgurHost
from tests.hosting.imgur_double import CLIENT_ID
from tests.patience import PATIENCE

CAPACITY = {"data": {"error": "Imgur is temporarily over capacity."}, "success": False, "status": 403}


@pytest.fixture
def host(imgur, clock):
    return ImgurHost(CLIENT_ID, api_url=imgur.url, clock=clock)


def test_a_picture_is_kept_and_deleted(host, imgur, picture):
    kept = host.upload(picture())
    assert requests.get(kept.url, timeout=PATIENCE).content == picture().content
    assert imgur.pictures[kept.token][2] == picture().title
    host.delete(picture().key, kept.token)
    host.delete(picture().key, kept.token)
    assert imgur.pictures == {}


def test_the_same_key_again_is_not_uploaded_again(host, imgur, picture):
    assert host.upload(picture()) == host.upload(picture())
    assert host.upload(picture("another-key")) != host.upload(picture())
    assert len(imgur.pictures) == 2


def test_what_this_process_uploaded_can_be_deleted_without_its_token(host, imgur, picture):
    host.upload(picture())
    host.delete(picture().key, None)
    assert imgur.pictures == {}
    with pytest.raises(Refused, match="no deletehash of Zm9v"):
        host.delete(picture().key, None)


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        ((429, {"Retry-After": "70"}, {}), 70),
        ((429, {"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}, {}), 1),
        ((429, {"X-Post-Rate-Limit-Remaining": "0", "X-Post-Rate-Limit-Reset": "1200"}, {}), 1200),
        ((429, {"X-RateLimit-UserRemaining": "0", "X-RateLimit-UserReset": "1800000300"}, {}), 300),
        ((429, {}, "Too many"), 3600),
        ((403, {}, CAPACITY), None),
        ((503, {}, "<html>busy</html>"), None),
        ((200, {}, "<html>not JSON</html>"), None),
        ((200, {}, {"data": {"error": "odd"}, "success": False, "status": 200}), None),
    ],
)
def test_what_may_pass_is_tried_later(host, imgur, picture, answer, seconds):
    imgur.answers = [answer]
    with pytest.raises(RetryLater) as caught:
        host.upload(picture())
    assert (caught.value.seconds, caught.value.then) == (seconds, Outcome.HOST_FAILED)
    assert imgur.pictures == {}


def test_imgurs_own_words_are_in_the_reason(host, imgur, picture):
    imgur.answers = [(403, {}, CAPACITY)]
    with pytest.raises(RetryLater, match="403 Imgur is temporarily over capacity"):
        host.upload(picture())


def test_what_is_no_picture_is_refused(host, picture):
    with pytest.raises(Refused, match=r"400 File type invalid \(1\)") as caught:
        host.upload(picture(content=b"not a picture"))
    assert caught.value.outcome is Outcome.HOST_FAILED


def test_a_dead_server_and_a_wrong_client_id(imgur, picture):
    with pytest.raises(RetryLater, match="/3/image: Connection refused"):
        ImgurHost(CLIENT_ID, api_url="http://127.0.0.1:9").upload(picture())
    with pytest.raises(RetryLater, match="Invalid client_id"):
        ImgurHost("wrong", api_url=imgur.url).upload(picture())


def test_a_deletehash_is_not_shown(host, imgur, picture):
    kept = host.upload(picture())
    imgur.answers = [(500, {}, {})]
    with pytest.raises(RetryLater) as caught:
        host.delete(picture().key, kept.token)
    assert kept.token not in str(caught.value)


def test_the_end_of_the_allowance_is_not_run_into(host, imgur, clock, picture):
    imgur.limits = {"X-RateLimit-UserRemaining": "9", "X-RateLimit-UserReset": "1800000600"}
    host.upload(picture())
    with pytest.raises(RetryLater) as caught:
        host.upload(picture("second-key"))
    assert caught.value.seconds == 600
    assert imgur.calls == ["POST /3/image"]
    imgur.limits = {}
    clock.now += 600
    host.upload(picture("second-key"))


def test_the_days_credits_are_asked_for_before_they_run_out(host, imgur, picture):
    imgur.limits = {"X-RateLimit-ClientRemaining": "5"}
    host.upload(picture())
    imgur.credits, imgur.limits = 5, {}
    with pytest.raises(RetryLater) as caught:
        host.upload(picture("second-key"))
    assert caught.value.seconds == 3600
    imgur.credits = 12_500
    host.upload(picture("second-key"))
    assert imgur.calls == ["POST /3/image", "GET /3/credits", "GET /3/credits", "POST /3/image"]


def test_the_check_leaves_nothing(host, imgur):
    host.check()
    assert (len(imgur.calls), imgur.pictures) == (2, {})
