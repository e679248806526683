"""What the pages on the queue, people, subreddits and hosts ask, on real SQLite and real PostgreSQL."""

from datetime import timedelta

import pytest

from bot.domain.outcomes import Outcome
from bot.domain.silence import Reason
from bot.store import jobs, overviews, queue, silences, subreddits
from bot.store.tables import Step

WEEK = timedelta(days=7)


def step(job, result="done"):
    return Step(job_id=job.id, stage=job.stage, started_at=jobs.now(), seconds=0.5, result=result, detail="")


@pytest.fixture
def three(engine, summon):
    """One job that has failed, one that was put off, one that a worker has."""
    jobs.receive(engine, [summon("t1_a", author="ann", subreddit="Pics")])
    failed = jobs.claim(engine, "w")
    jobs.conclude(engine, failed, step(failed), Outcome.FAILED, "")
    jobs.finish(engine, failed, step(failed), Outcome.FAILED)
    jobs.receive(engine, [summon("t1_b", author="ann", subreddit="pics")])
    late = jobs.claim(engine, "w")
    jobs.postpone(engine, late, step(late, "later"), timedelta(hours=1), "503")
    jobs.receive(engine, [summon("t1_c", author="bob", subreddit="old")])
    jobs.claim(engine, "w")


def test_the_queue_by_step_and_what_was_put_off_tried_now(engine, three):
    locate = queue.by_stage(engine)[0]
    assert (locate.stage, locate.working, locate.due, locate.later, locate.error) == ("locate", 1, 0, 1, "503")
    assert locate.next_try > jobs.now()
    assert queue.try_now(engine) == 1
    locate = queue.by_stage(engine)[0]
    assert (locate.working, locate.due, locate.later, locate.next_try) == (1, 1, 0, None)


def test_who_and_where_asked_most(engine, three):
    found = [(one.name, one.number, one.answered, one.failed) for one in overviews.askers(engine, WEEK)]
    assert found == [("ann", 2, 0, 1), ("bob", 1, 0, 0)]
    assert [(one.name, one.number) for one in overviews.askers(engine, WEEK, by_place=True)] == [
        ("pics", 2),
        ("old", 1),
    ]


def test_places_are_those_moderated_silent_and_asked_in(engine, three):
    subreddits.join(engine, "Home")
    silences.silence(engine, silences.SUBREDDIT, "old", Reason.BANNED)
    found = {one.name: (one.mode, len(one.silences), one.lately is not None) for one in overviews.places(engine, WEEK)}
    assert found == {"home": ("summon", 0, False), "old": ("", 1, True), "pics": ("", 0, True)}
    assert overviews.hosts(engine) == []
