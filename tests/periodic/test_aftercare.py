"""Looking after standing replies, on the sandbox over HTTP."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.domain.aftercare import Bounds
from bot.periodic import aftercare as task
from bot.periodic import removals as removing
from bot.store import jobs, subreddits
from bot.store.tables import Job

WATCH = timedelta(days=7)
BOUNDS = Bounds(remove_at_score=-2, grace=timedelta(minutes=30))


@pytest.fixture
def database_url(tmp_path):
    """SQLite alone: tests/store/test_looks.py asks both databases."""
    return f"sqlite:///{tmp_path / 'test.sqlite'}"


@pytest.fixture
def look(database, reddit):
    return lambda **more: task.run(database.engine, reddit, watch=WATCH, bounds=BOUNDS, **more)


def ago(**time):
    return jobs.now() - timedelta(**time)


def asked_for(world):
    return [call for call in world.calls if call["path"].startswith("/api/info")]


def test_a_reply_that_nobody_minds_stays_and_its_score_is_noted(world, database, thread, look):
    job = database.answer(thread, replied_at=ago(hours=1))
    world.set_score(thread[2].fullname, 12)
    assert look() == 0
    assert (database.get(job).score, database.get(job).removal) == (12, None)


def test_downvotes_take_a_reply_down_after_the_grace_time(world, database, thread, look, reddit, files):
    job = database.answer(thread, replied_at=ago(minutes=29))
    world.set_score(thread[2].fullname, -2)
    assert look() == 0
    database.set(Job, replied_at=ago(minutes=31), looked_at=ago(minutes=16))
    assert look() == 1
    assert (database.get(job).score, database.get(job).removal) == (-2, "score")
    assert removing.run(database.engine, reddit, files) == 1
    assert thread[2].deleted


def test_moderators_set_a_score_of_their_own(world, database, thread, look):
    job = database.answer(thread, replied_at=ago(hours=1))
    place = thread[0].subreddit
    subreddits.join(database.engine, place)
    subreddits.change(database.engine, place, rules="remove_below: 1", revision="r1")
    world.set_score(thread[2].fullname, 1)
    assert look() == 0
    database.set(Job, looked_at=ago(minutes=16))
    world.set_score(thread[2].fullname, 0)
    assert look() == 1
    assert database.get(job).removal == "score"


@pytest.mark.parametrize("gone", ["the summons", "the post", "the account of Reddit's"])
def test_a_deleted_source_takes_the_reply_with_it(world, database, thread, look, gone):
    post, asked, _ = thread
    job = database.answer(thread)
    match gone:
        case "the summons":
            world.delete(asked.fullname)
        case "the post":
            world.delete(post.fullname)
        case _:
            world.remove(post.fullname, "reddit")
    assert look() == 1
    assert database.get(job).removal == "source_gone"


def test_a_source_that_reddit_does_not_know_any_more(world, database, thread, look):
    job = database.answer(thread, summons="t1_neverwas")
    assert look() == 1
    assert database.get(job).removal == "source_gone"


def test_a_post_that_moderators_took_away_is_its_authors_business(world, database, thread, look):
    database.answer(thread)
    world.remove(thread[0].fullname, "moderator")
    assert look() == 0


def test_moderators_who_remove_the_reply_are_understood(world, database, thread, look):
    world.add_moderator("pics", "ColorizeBot")  # only then does Reddit tell the bot
    job = database.answer(thread)
    world.remove(thread[2].fullname)
    assert look() == 1
    assert database.get(job).removal == "moderator"


def test_when_reddit_shows_nothing_nothing_is_concluded(database, look):
    job = database.job(summons="t1_neverwas", post="t3_neverwas", reply="t1_neverwas2")
    with capture_logs() as lines:
        assert look() == 0
    assert [line["event"] for line in lines] == ["nothing_seen"]
    assert (database.get(job).removal, database.get(job).score) == (None, None)


def test_a_message_is_watched_by_its_post(world, database, thread, look):
    job = database.answer(thread, summons="t4_m", reply="t4_r")
    assert look() == 0
    world.delete(thread[0].fullname)
    database.set(Job, looked_at=ago(minutes=16))
    assert look() == 1
    assert database.get(job).removal == "source_gone"


@pytest.mark.parametrize(
    ("age", "looked", "asked"),
    [
        ({"hours": 1}, None, 1),
        ({"hours": 1}, {"minutes": 14}, 0),
        ({"hours": 1}, {"minutes": 16}, 1),
        ({"days": 2}, {"hours": 5}, 0),
        ({"days": 2}, {"hours": 7}, 1),
        ({"days": 40}, {"days": 6}, 0),
        ({"days": 40}, {"days": 8}, 1),
        ({"days": 40}, None, 1),
    ],
)
def test_how_often_a_reply_is_looked_at(world, database, thread, look, age, looked, asked):
    database.answer(thread, replied_at=ago(**age), looked_at=ago(**looked) if looked else None)
    look()
    assert len(asked_for(world)) == asked
    look()
    assert len(asked_for(world)) == asked, "not again at once"


def test_what_has_to_go_is_not_looked_at(world, database, thread, look):
    database.answer(thread, removal="score")
    database.job(reply=None, replied_at=None)
    look()
    assert asked_for(world) == []


def test_a_hundred_things_are_one_request_and_a_round_has_an_end(world, database, look):
    post = world.post_text("pics", "henry", "Attic")
    for _ in range(120):
        asked = world.comment(post.fullname, "ida", "please")
        database.answer((post, asked, world.comment(asked.fullname, "ColorizeBot", "Here")))
    assert look(limit=100) == 0
    assert len(asked_for(world)) == 3, "100 replies, 100 summonses, 1 post"
    assert look(limit=100) == 0
    assert len(asked_for(world)) == 4, "the other 20"
    assert look(limit=100) == 0
    assert len(asked_for(world)) == 4


def test_an_outage_loses_nothing(world, database, thread, look):
    job = database.answer(thread)
    world.delete(thread[0].fullname)
    world.faults.add(method="GET", path="/api/info*", times=1, action="status", status=429)
    with pytest.raises(Exception, match="429"):
        look()
    assert database.get(job).looked_at is None
    assert look() == 1
