"""Pictures at their hosts, until the host has confirmed that they are gone."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from bot.domain.aftercare import WARN_AFTER_FAILURES, Removal, wait_after
from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused, RetryLater
from bot.hosting.chain import Hosts
from bot.hosting.folder import FolderHost
from bot.hosting.host import Picture
from bot.hosting.imgur import ImgurHost
from bot.periodic import pictures as task
from bot.store import counts, hosted, jobs, removals
from bot.store.tables import Hosted


class Folder:
    """A host that may be out of order for a while."""

    def __init__(self, *keys):
        self.keys = set(keys)
        self.trouble = None

    def __call__(self, host, key, token):
        assert (host, token) == ("folder", "t")
        if self.trouble is not None:
            raise self.trouble
        self.keys.discard(key)


def unwanted(database, *keys):
    job = database.job(pictures=keys)
    removals.want_removal(database.engine, job, Removal.REQUESTED)
    removals.take_back(database.engine, job)


def test_unwanted_pictures_go_and_the_others_stay(database, tmp_path):
    folder = FolderHost(tmp_path, "https://bot.example.org")
    for key in ("result-one", "result-two", "still-shown"):
        folder.upload(Picture(key, b"jpeg", "", nsfw=False))
    unwanted(database, "result-one", "result-two")
    database.job(pictures=["still-shown"])
    assert task.run(database.engine, Hosts([folder]).delete) == 2
    assert [path.name for path in tmp_path.glob("*.jpg")] == ["still-shown.jpg"]
    gone = database.picture("result-one")
    assert gone.deleted_at is not None
    assert (gone.url, gone.token) == (None, None)
    assert database.picture("still-shown").url
    assert task.run(database.engine, Hosts([folder]).delete) == 0


def test_a_host_that_is_not_set_up_any_more_is_told_in_the_log(database):
    unwanted(database, "result-one")
    with capture_logs() as lines:
        assert task.run(database.engine, Hosts([]).delete) == 0
    (line,) = lines
    assert (line["event"], line["host"], line["key"], line["attempts"]) == (
        "picture_not_deleted",
        "folder",
        "result-one",
        1,
    )
    assert "put its settings back" in line["reason"]


@pytest.mark.parametrize(
    "trouble",
    [
        RetryLater("busy", then=Outcome.HOST_FAILED, seconds=5),
        Refused(Outcome.HOST_FAILED, "no such bucket"),
        ValueError("a host with a mistake in it"),
    ],
)
def test_a_host_that_fails_is_asked_again_until_it_confirms(database, trouble):
    unwanted(database, "one", "two")
    folder = Folder("one", "two")
    folder.trouble = trouble
    assert task.run(database.engine, folder) == 0
    waiting = database.picture("one")
    assert (waiting.deleted_at, waiting.attempts, waiting.url is None) == (None, 1, False)
    assert waiting.error.startswith(type(trouble).__name__)
    assert waiting.not_before > jobs.now()
    folder.trouble = None
    assert task.run(database.engine, folder) == 0, "not before its time"
    database.set(Hosted, not_before=jobs.now())
    assert task.run(database.engine, folder) == 2
    assert folder.keys == set()


def test_what_may_still_show_up_at_its_host_is_not_deleted_before(database):
    lag, moment = timedelta(minutes=5), jobs.now()
    unwanted(database, "one", "two", "three")
    folder = Folder("one", "two", "three")
    long_ago = moment - 2 * lag
    times = {"one": (None, moment), "two": (long_ago, moment), "three": (moment, long_ago)}
    with Session(database.engine) as session, session.begin():
        for picture in session.scalars(select(Hosted)):
            picture.asked_at, picture.unwanted_at = times[picture.key]
    assert task.run(database.engine, folder, lag=lag) == 1
    assert folder.keys == {"two", "three"}
    database.set(Hosted, asked_at=long_ago, unwanted_at=long_ago)
    assert task.run(database.engine, folder, lag=lag) == 2


def test_what_will_not_go_is_an_error_in_the_log_each_day(database):
    unwanted(database, "one")
    folder = Folder("one")
    folder.trouble = Refused(Outcome.HOST_FAILED, "403")
    database.set(Hosted, attempts=WARN_AFTER_FAILURES - 2)
    levels = []
    for _ in range(3):
        database.set(Hosted, not_before=None)
        with capture_logs() as lines:
            task.run(database.engine, folder)
        levels += [line["log_level"] for line in lines if line["event"] == "picture_not_deleted"]
    assert levels == ["warning", "error", "error"]
    assert database.picture("one").deleted_at is None
    assert wait_after(1) == timedelta(minutes=1)
    assert [wait_after(failures) for failures in (12, 50, 5000)] == [timedelta(days=1)] * 3


def test_what_imgur_cannot_find_is_given_up_and_said_once(database):
    unwanted(database, "one")
    database.set(Hosted, host="imgur", token=None, url=None)
    imgur = Hosts([ImgurHost("client")])  # which is not asked: there is nothing to ask for
    said = []
    for _ in range(WARN_AFTER_FAILURES + 2):
        database.set(Hosted, not_before=None)
        with capture_logs() as lines:
            assert task.run(database.engine, imgur.delete) == 0
        said += [(line["event"], line["log_level"]) for line in lines]
    tried = [("picture_not_deleted", "warning")] * (WARN_AFTER_FAILURES - 1)
    assert said == [*tried, ("picture_left", "error")]
    assert "no deletehash of one is known" in database.picture("one").error
    assert counts.pictures_to_delete(database.engine) == []


def test_what_a_job_began_to_show_meanwhile_is_kept(database):
    unwanted(database, "one", "two")
    database.job(pictures=["one"])
    folder = Folder("one", "two")
    assert task.run(database.engine, folder) == 1
    assert folder.keys == {"one"}
    assert database.unwanted() == {"two"}


def test_a_picture_whose_deletion_was_tried_is_not_shown_again(database):
    unwanted(database, "one")
    folder = Folder("one")
    folder.trouble = RetryLater("no answer", then=Outcome.HOST_FAILED)
    task.run(database.engine, folder)
    database.job(pictures=["one"])
    database.set(Hosted, not_before=None)
    folder.trouble = None
    assert task.run(database.engine, folder) == 1


def test_orphans_are_given_up(database):
    nothing = {"reply": None, "replied_at": None}
    database.job(pictures=["answered"])
    database.job(pictures=["refused", "answered"], outcome="reply_failed", **nothing)
    database.job(pictures=["open"], outcome=None, finished_at=None, **nothing)
    database.stray("just-named")
    database.stray("left-over", age=timedelta(days=2))
    assert task.give_up_orphans(database.engine) == 2
    assert database.unwanted() == {"refused", "left-over"}
    assert task.give_up_orphans(database.engine) == 0


def test_orphans_are_looked_for_a_part_at_a_time(database, monkeypatch):
    monkeypatch.setattr(hosted, "_CHUNK", 2)
    monkeypatch.setattr(hosted, "_CHUNKS", 1)
    for key in "abcde":
        database.stray(key, age=timedelta(days=2))
    assert [task.give_up_orphans(database.engine) for _ in range(3)] == [2, 2, 1]
    database.set(Hosted, unwanted_at=None)
    assert task.give_up_orphans(database.engine) == 2, "from the first again"
