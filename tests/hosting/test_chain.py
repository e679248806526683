"""Several hosts as one: a folder, Imgur's double and the sandbox, each of them failing when it is told to."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from bot.app.hosts import hosts_of
from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused, RetryLater, Uncertain
from bot.hosting.chain import FAILURES, PAUSE, Hosts
from bot.hosting.folder import FolderHost
from bot.hosting.imgur import ImgurHost
from bot.hosting.native import NativeHost
from bot.periodic import pictures
from bot.settings import HostingSettings
from bot.store.jobs import now
from bot.store.pictures import Upload, mark_uploaded
from bot.store.tables import Hosted
from tests.clients import client_of
from tests.hosting.imgur_double import CLIENT_ID

BUSY = (503, {}, {})
KEY = "key-of-a-row"
LAG = timedelta(minutes=5)


@pytest.fixture
def world(world):
    world.add_subreddit("BotPictures", moderators=["Bot"])
    return world


@pytest.fixture
def native(sandbox):
    return NativeHost(lambda: client_of(sandbox), subreddit="BotPictures", answer_seconds=1)


@pytest.fixture
def late(sandbox):
    """Reddit, where a post may be shown five minutes after it was made."""
    return NativeHost(lambda: client_of(sandbox), subreddit="BotPictures", answer_seconds=1, lag=LAG)


@pytest.fixture
def at_imgur(imgur, clock):
    return ImgurHost(CLIENT_ID, api_url=imgur.url, clock=clock)


@pytest.fixture
def folder(tmp_path):
    return FolderHost(tmp_path / "results", "https://bot.example")


@pytest.fixture
def broken(tmp_path):
    """A folder that cannot be written."""
    (tmp_path / "file").touch()
    return FolderHost(tmp_path / "file", "https://bot.example")


@pytest.fixture
def keys(picture):
    """Pictures of ever new keys."""
    return (picture(f"key-number-{number}") for number in range(1000))


def placed(hosts, picture, **options):
    return hosts.upload(picture, **options)[0]


def test_the_first_host_keeps_it_and_deletes_it(at_imgur, folder, imgur, picture):
    hosts = Hosts([at_imgur, folder])
    name, kept = hosts.upload(picture())
    assert (name, hosts.names) == ("imgur", ("imgur", "folder"))
    hosts.delete(name, picture().key, kept.token)
    assert imgur.pictures == {}


def test_the_next_host_takes_what_one_cannot_take_now(at_imgur, folder, imgur, picture):
    imgur.answers = [BUSY]
    assert placed(Hosts([at_imgur, folder]), picture()) == "folder"


def test_what_a_host_never_takes_is_not_offered_to_it(at_imgur, folder, imgur, picture):
    hosts = Hosts([at_imgur, folder])
    assert placed(hosts, picture(nsfw=True)) == "folder"
    assert placed(hosts, picture(content=bytes(20_000_001))) == "folder"
    assert imgur.calls == []
    assert placed(hosts, picture("not-a-picture", content=b"no picture")) == "folder"


def test_films_go_to_the_first_host_that_takes_them(at_imgur, native, folder, imgur, picture):
    hosts = Hosts([at_imgur, native, folder])
    film = picture("a-film-of-the-regatta.mp4", content=b"a film")
    assert placed(hosts, film, native=True) == "folder"
    assert imgur.calls == []
    assert hosts.largest(False, moving=True) == 200 * 2**20
    with pytest.raises(Refused, match="takes no films"):
        Hosts([at_imgur]).upload(film)
    with pytest.raises(Refused, match=r"no host of hosting.order \(imgur\) takes films"):
        Hosts([at_imgur]).largest(False, moving=True)


def test_native_hosts_first_or_not_at_all(native, folder, keys):
    hosts = Hosts([folder, native])
    assert placed(hosts, next(keys)) == "folder"
    assert placed(hosts, next(keys), native=True) == "native"
    assert placed(Hosts([native, folder]), next(keys), native=False) == "folder"
    with pytest.raises(Refused, match=r"no host of hosting.order \(native\) takes pictures as links"):
        Hosts([native]).upload(next(keys), native=False)


def test_a_native_host_without_a_twin_is_passed_over_for_nsfw(native, folder, picture):
    assert placed(Hosts([native, folder]), picture(nsfw=True), native=True) == "folder"


def test_when_nobody_ever_takes_it_each_reason_is_named(at_imgur, folder, picture):
    with pytest.raises(Refused) as caught:
        Hosts([at_imgur, folder]).upload(picture(content=bytes(60 * 2**20), nsfw=True))
    assert caught.value.outcome is Outcome.HOST_FAILED
    assert caught.value.detail == ("imgur: takes no NSFW pictures; folder: takes at most 52428800 bytes, not 62914560")


def test_the_shortest_wait_is_named(at_imgur, broken, imgur, picture):
    imgur.answers = [(429, {"Retry-After": "70"}, {})]
    with pytest.raises(RetryLater, match=r"imgur: POST .*429; folder: write .*") as caught:
        Hosts([at_imgur, broken]).upload(picture())
    assert (caught.value.then, caught.value.seconds) == (Outcome.HOST_FAILED, None)
    imgur.answers = [(429, {"Retry-After": "70"}, {})]
    with pytest.raises(RetryLater) as caught:
        Hosts([at_imgur]).upload(picture())
    assert caught.value.seconds == 70


def test_a_host_that_named_a_time_is_not_asked_before(at_imgur, folder, imgur, clock, keys):
    hosts = Hosts([at_imgur, folder], clock=clock)
    imgur.answers = [(429, {"Retry-After": "70"}, {})]
    assert [placed(hosts, next(keys)) for _ in range(2)] == ["folder", "folder"]
    clock.now += 69
    assert placed(hosts, next(keys)) == "folder"
    assert len(imgur.calls) == 1
    clock.now += 1
    assert placed(hosts, next(keys)) == "imgur"


def test_a_host_that_keeps_failing_is_passed_over_for_a_while(at_imgur, folder, imgur, clock, keys):
    hosts = Hosts([at_imgur, folder], clock=clock)
    imgur.answers = [BUSY] * (FAILURES + 1)
    assert {placed(hosts, next(keys)) for _ in range(FAILURES + 5)} == {"folder"}
    assert len(imgur.calls) == FAILURES
    clock.now += PAUSE
    assert placed(hosts, next(keys)) == "folder"  # one more try, which fails
    assert placed(hosts, next(keys)) == "folder"
    assert len(imgur.calls) == FAILURES + 1
    clock.now += PAUSE
    assert placed(hosts, next(keys)) == "imgur"


def test_failures_count_only_in_a_row(at_imgur, folder, imgur, clock, keys):
    hosts = Hosts([at_imgur, folder], clock=clock)
    for _ in range(FAILURES):
        imgur.answers = [BUSY] * (FAILURES - 1)
        names = [placed(hosts, next(keys)) for _ in range(FAILURES)]
        assert names == ["folder"] * (FAILURES - 1) + ["imgur"]


def test_with_every_host_passed_over_the_wait_is_named(at_imgur, imgur, clock, keys):
    hosts = Hosts([at_imgur], clock=clock)
    imgur.answers = [BUSY] * FAILURES
    for _ in range(FAILURES):
        with pytest.raises(RetryLater):
            hosts.upload(next(keys))
    clock.now += 100
    with pytest.raises(RetryLater, match="imgur: passed over for another 200 s") as caught:
        hosts.upload(next(keys))
    assert caught.value.seconds == PAUSE - 100


def test_many_threads_stop_asking_a_failing_host(at_imgur, folder, imgur, clock, keys):
    hosts = Hosts([at_imgur, folder], clock=clock)
    imgur.answers = [BUSY] * 100
    names = []
    threads = [
        threading.Thread(target=lambda mine: names.extend(placed(hosts, one) for one in mine), args=(mine,))
        for mine in [[next(keys) for _ in range(20)] for _ in range(4)]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert names == ["folder"] * 80
    assert FAILURES <= len(imgur.calls) < FAILURES + len(threads)


@pytest.fixture
def upload(engine):
    """Uploads under a row of the database, which a new process would read again."""
    with Session(engine) as session, session.begin():
        session.add(Hosted(host="native", key=KEY, created_at=now(), attempts=0))

    def make(hosts, picture):
        with Session(engine) as session:
            hosted = session.scalars(select(Hosted).where(Hosted.unwanted_at.is_(None))).one()
        name, kept = hosts.upload(picture, record=Upload(engine, hosted))
        mark_uploaded(engine, hosted, host=name, url=kept.url, token=kept.token, size=1)
        return name

    return make


@pytest.fixture
def pass_by(engine):
    """As if so much time had passed since hosts were asked and pictures given up."""

    def make(time):
        with Session(engine) as session, session.begin():
            for hosted in session.scalars(select(Hosted).where(Hosted.asked_at.is_not(None))):
                hosted.asked_at -= time
                if hosted.unwanted_at is not None:
                    hosted.unwanted_at -= time

    return make


def test_an_upload_of_unknown_fate_is_not_made_elsewhere(native, folder, sandbox, picture, upload):
    sandbox.world.faults.add("/wss.redditmedia.com", "status")
    with pytest.raises(Uncertain):
        upload(Hosts([native, folder]), picture())
    sandbox.world.faults.add("/user/Bot/submitted", "status", status=403)
    with pytest.raises(RetryLater):
        upload(Hosts([native, folder]), picture())
    assert not folder.folder.exists()
    assert upload(Hosts([native, folder]), picture()) == "native"
    assert len(sandbox.world.posts) == 1


def test_a_post_that_may_still_show_up_is_looked_for_and_not_made_again(late, native, folder, sandbox, picture, upload):
    world = sandbox.world
    world.faults.add("/api/submit", "status", method="POST")
    for _ in range(FAILURES + 1):  # each in a new process, but for the breakers
        hosts = Hosts([late, folder])
        for _ in range(FAILURES + 1):  # that it is not to be seen yet is no failure
            with pytest.raises(Uncertain) as caught:
                upload(hosts, picture(KEY))
    assert (caught.value.seconds, caught.value.then) == (30, Outcome.HOST_FAILED)
    assert [call["path"] for call in world.calls].count("/api/submit") == 1
    shown = native.upload(picture(KEY))  # Reddit makes the post at last
    assert upload(hosts, picture(KEY)) == "native"
    assert list(world.posts) == [shown.token.removeprefix("t3_")]


def test_a_post_that_cannot_show_up_any_more_is_made_again(late, folder, sandbox, picture, upload, pass_by):
    world = sandbox.world
    world.faults.add("/api/submit", "status", method="POST")
    with pytest.raises(Uncertain):
        upload(Hosts([late, folder]), picture(KEY))
    pass_by(2 * LAG)
    world.faults.add("/user/Bot/submitted", "status", status=403)
    with pytest.raises(RetryLater):  # it could not be looked for, and so is not made
        upload(Hosts([late, folder]), picture(KEY))
    world.faults.add("/api/submit", "status", method="POST")
    with pytest.raises(Uncertain):
        upload(Hosts([late, folder]), picture(KEY))
    with pytest.raises(Uncertain, match="does not show it yet"):  # the wait begins anew
        upload(Hosts([late, folder]), picture(KEY))
    pass_by(2 * LAG)
    assert upload(Hosts([late, folder]), picture(KEY)) == "native"
    assert len(world.posts) == 1


def test_a_post_that_shows_up_after_another_host_took_the_picture_is_deleted(
    late, native, folder, sandbox, picture, keys, upload, engine, pass_by
):
    world = sandbox.world
    world.faults.add("/api/submit", "status", method="POST", times=FAILURES)
    hosts = Hosts([late, folder])
    with pytest.raises(Uncertain):
        upload(hosts, picture(KEY))
    for _ in range(FAILURES - 1):
        with pytest.raises(Uncertain):
            hosts.upload(next(keys))
    assert upload(hosts, picture(KEY)) == "folder"
    assert pictures.run(engine, hosts.delete, lag=LAG) == 0
    post = world.posts[native.upload(picture(KEY)).token.removeprefix("t3_")]
    pass_by(2 * LAG)
    assert pictures.run(engine, hosts.delete, lag=LAG) == 1
    assert (post.deleted, len(list(folder.folder.glob("*.jpg")))) == (True, 1)


def test_what_a_host_kept_after_all_is_deleted_there_also_by_a_later_process(
    native, folder, sandbox, clock, picture, keys, upload, engine, pass_by
):
    world = sandbox.world
    world.faults.add("/api/submit", "status", method="POST")
    late = picture(KEY)
    with pytest.raises(Uncertain):
        upload(Hosts([native, folder]), late)
    post = world.posts[native.upload(late).token.removeprefix("t3_")]  # Reddit makes the post at last
    hosts = Hosts([native, folder], clock=clock)  # of a new process, which passes the host over for other failures
    world.faults.add("/api/submit", "status", method="POST", times=FAILURES)
    for _ in range(FAILURES):
        with pytest.raises(Uncertain):
            hosts.upload(next(keys))
    assert upload(hosts, late) == "folder"
    [kept] = folder.folder.glob("*.jpg")
    assert kept.stem != KEY
    pass_by(LAG)
    assert pictures.run(engine, hosts.delete) == 1
    assert (post.deleted, kept.exists()) == (True, True)


def test_a_host_that_said_no_is_asked_to_delete_nothing(at_imgur, folder, imgur, picture, upload, engine):
    imgur.answers = [BUSY]
    assert upload(Hosts([at_imgur, folder]), picture(KEY)) == "folder"
    assert [path.stem for path in folder.folder.glob("*.jpg")] == [KEY]
    assert pictures.run(engine, lambda *asked: pytest.fail(f"asked to delete {asked}")) == 0


def test_the_size_that_fits_the_first_host(at_imgur, folder, native):
    hosts = Hosts([at_imgur, folder, native])
    assert hosts.largest(False) == 20_000_000
    assert hosts.largest(True) == 50 * 2**20
    assert hosts.largest(False, native=True) == 20_971_520
    assert Hosts([native, folder]).largest(False, native=False) == 50 * 2**20
    with pytest.raises(Refused, match="takes NSFW pictures"):
        Hosts([at_imgur]).largest(True)


def test_a_host_whose_settings_are_gone_is_named(folder):
    with pytest.raises(RetryLater, match="the host 's3' is not set up") as caught:
        Hosts([folder]).delete("s3", "key-number-1", None)
    assert caught.value.then is Outcome.HOST_FAILED


def test_a_host_that_is_out_of_the_order_still_deletes(folder, imgur, picture):
    settings = HostingSettings.model_validate({"imgur": {"client_id": CLIENT_ID, "api_url": imgur.url}})
    hosts = hosts_of(settings, folder=folder, connect=pytest.fail, lag=LAG)
    kept = hosts.by_name("imgur").upload(picture())
    assert (hosts.names, placed(hosts, picture("another-key"))) == (("folder",), "folder")
    hosts.delete("imgur", picture().key, kept.token)
    assert imgur.pictures == {}


def test_the_order_is_that_of_the_settings(folder):
    values = {
        "order": ["native", "s3", "folder"],
        "native": {"subreddit": "BotPictures", "nsfw_subreddit": "BotPicturesNSFW"},
        "s3": {"bucket": "b", "public_url": "https://p.example", "access_key": "a", "secret_key": "s"},
    }
    hosts = hosts_of(HostingSettings.model_validate(values), folder=folder, connect=pytest.fail, lag=LAG)
    assert hosts.names == ("native", "s3", "folder")
    assert hosts.by_name("native").capabilities.nsfw
    assert hosts.by_name("folder") is folder


def test_what_imgur_may_have_kept_is_named_and_kept_elsewhere(at_imgur, folder, imgur, picture):
    imgur.lost = [503]
    with capture_logs() as lines:
        assert placed(Hosts([at_imgur, folder]), picture()) == "folder"
    [named] = [line for line in lines if line["event"] == "picture_may_be_left"]
    assert (named["host"], named["key"], len(imgur.pictures)) == ("imgur", picture().key, 1)


def test_an_upload_to_imgur_that_died_is_named_before_it_is_done_again(at_imgur, imgur, picture):
    class Died:
        may_be_at = "imgur"

        def begin(self, _):
            return picture().key

        def not_kept(self):
            self.may_be_at = None

    record = Died()
    with capture_logs() as lines:
        assert placed(Hosts([at_imgur]), picture(), record=record) == "imgur"
    assert [line["event"] for line in lines] == ["picture_may_be_left"]
    assert record.may_be_at is None


def test_an_imgur_that_was_never_reached_has_nothing(folder, picture):
    nobody = ImgurHost(CLIENT_ID, api_url="http://127.0.0.1:9")
    with capture_logs() as lines:
        assert placed(Hosts([nobody, folder]), picture()) == "folder"
    assert "picture_may_be_left" not in [line["event"] for line in lines]
