"""Which jobs are announced through a broker, on real SQLite and real PostgreSQL."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.domain.outcomes import Outcome
from bot.domain.queues import Queue, queue_of
from bot.domain.reddit_types import Source
from bot.domain.stages import Stage
from bot.store import announcing, counts, jobs
from bot.store.tables import Job, Step


def step_of(job):
    return Step(job_id=job.id, stage=job.stage, started_at=jobs.now(), seconds=0.1, result="done", detail="")


def announced(engine, queue=Queue.INTAKE, limit=4, **options):
    return announcing.to_announce(engine, queue.stages, limit, **options)


def test_every_step_has_one_queue():
    assert sorted(stage for queue in Queue for stage in queue.stages) == sorted(Stage)
    assert [queue_of(stage) for stage in (Stage.LOCATE, Stage.FETCH, Stage.HOST, Stage.FINISH)] == [
        Queue.INTAKE,
        Queue.COLOUR,
        Queue.COLOUR,
        Queue.REPLY,
    ]


def test_those_whose_turn_is_next_are_announced_once_and_people_first(engine, summon):
    scans = [summon(f"t3_{i}", post=f"t3_{i}", source=Source.SCAN) for i in range(6)]
    jobs.receive(engine, scans)
    assert announced(engine) == [1, 2, 3, 4]
    jobs.receive(engine, [summon("t1_a", post=None)])
    assert announced(engine, limit=2) == [7, 5], "who asks waits behind those alone that were announced before"
    assert announced(engine, paused=["locate"]) == []
    assert announced(engine, Queue.COLOUR) == []
    assert announced(engine) == [6]


def test_a_job_is_announced_again_when_nobody_came(engine, summon):
    jobs.receive(engine, [summon("t1_a", post=None), summon("t1_b", post=None)])
    assert announced(engine) == [1, 2]
    announcing.unheard(engine, [2])  # the broker did not take it
    assert announced(engine) == [2]
    long_ago = jobs.now() - announcing.AGAIN - timedelta(seconds=1)
    with engine.begin() as connection:
        connection.execute(update(Job).values(announced_at=long_ago))
    assert jobs.claim(engine, "w", only=1).id == 1
    assert announced(engine) == [2], "nobody needs to come for the other"


def test_a_message_brings_about_nothing_but_what_its_queue_is_for(engine, summon):
    jobs.receive(engine, [summon("t1_a", post=None), summon("t1_b", post=None)])
    assert jobs.claim(engine, "w", only=2, stages=Queue.REPLY.stages) is None
    job = jobs.claim(engine, "w", only=2, stages=Queue.INTAKE.stages)
    assert job.summons == "t1_b"
    assert jobs.claim(engine, "other", only=2) is None, "a message that came twice"
    jobs.finish(engine, job, step_of(job), Outcome.COLORIZED)
    assert jobs.claim(engine, "other", only=2) is None
    assert announced(engine) == [1]


@pytest.mark.parametrize("put_off", [False, True])
def test_a_second_job_about_a_post_waits_until_the_first_was_handed_on_and_done(engine, summon, put_off):
    jobs.receive(engine, [summon("t1_a"), summon("t1_b")])
    first = jobs.claim(engine, "intake")
    jobs.advance(engine, first, step_of(first), Stage.FETCH, {})
    if put_off:  # by a host that is down, maybe for hours
        jobs.postpone(engine, first, step_of(first), timedelta(hours=1), "no answer")
        assert jobs.claim(engine, "intake").summons == "t1_b"
        return
    jobs.let_wait(engine, first)
    assert announced(engine) == []
    assert announced(engine, Queue.COLOUR) == [first.id]
    again = jobs.claim(engine, "colour", only=first.id)
    jobs.finish(engine, again, step_of(again), Outcome.COLORIZED)
    assert announced(engine) == [2]


def test_what_is_due_and_since_when_is_counted_by_step(engine, summon):
    jobs.receive(engine, [summon(f"t1_{i}", post=None) for i in range(4)])
    with engine.begin() as connection:
        connection.execute(update(Job).where(Job.id == 3).values(not_before=jobs.now() - timedelta(hours=1)))
        connection.execute(update(Job).where(Job.id == 4).values(not_before=jobs.now() + timedelta(hours=1)))
    jobs.claim(engine, "w", only=1)
    [(stage, depth)] = counts.depths(engine).items()
    assert (stage, depth.due, depth.working) == ("locate", 2, 1)
    assert 3600 <= depth.age < 7200
