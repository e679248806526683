"""Whose turn it is, on real SQLite and real PostgreSQL."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.domain.outcomes import Outcome
from bot.domain.reddit_types import Source
from bot.store import jobs
from bot.store.clock import present
from bot.store.tables import Job, Step
from bot.store.turns import Turn


def claimed(engine, worker="w"):
    job = jobs.claim(engine, worker)
    return job and job.summons


def finish(engine, job):
    step = Step(job_id=job.id, stage=job.stage, started_at=jobs.now(), seconds=0.1, result="done", detail="")
    jobs.finish(engine, job, step, Outcome.COLORIZED)


def test_people_come_before_posts_that_nobody_asked_about(engine, summon):
    scans = [summon(f"t3_{i}", post=f"t3_{i}", source=Source.SCAN, subreddit="old") for i in range(50)]
    jobs.receive(engine, [*scans, summon("t1_a", subreddit="old"), summon("t4_b", source=Source.MESSAGE, post=None)])
    assert {claimed(engine), claimed(engine)} == {"t1_a", "t4_b"}
    assert claimed(engine).startswith("t3_")


def test_a_busy_subreddit_does_not_keep_others_waiting(engine, summon):
    jobs.receive(engine, [summon(f"t1_busy{i}", subreddit="busy", post=f"t3_{i}") for i in range(30)])
    jobs.receive(engine, [summon(f"t1_small{i}", subreddit="small", post=f"t3_s{i}") for i in range(3)])
    turns = []
    for _ in range(6):
        job = jobs.claim(engine, "w")
        turns.append(job.subreddit)
        finish(engine, job)
    assert turns in (["busy", "small"] * 3, ["small", "busy"] * 3)


def test_the_turns_of_profiles_keep_no_names(engine, summon):
    for name, place in (("t1_a", "u_ida"), ("t1_b", "umbrellas")):
        jobs.receive(engine, [summon(name, subreddit=place, post=None)])
    assert {claimed(engine), claimed(engine)} == {"t1_a", "t1_b"}
    with engine.connect() as connection:
        assert set(connection.scalars(select(Turn.subreddit))) == {"u_", "umbrellas"}


def test_two_jobs_about_one_post_are_worked_on_one_after_the_other(engine, summon):
    jobs.receive(engine, [summon("t1_a"), summon("t1_b"), summon("t1_c", post="t3_q")])
    first = jobs.claim(engine, "one")
    assert (first.summons, claimed(engine, "two"), claimed(engine, "three")) == ("t1_a", "t1_c", None)
    finish(engine, first)
    assert claimed(engine, "three") == "t1_b"


def test_many_workers_never_hold_two_jobs_about_one_post(engine, summon):
    jobs.receive(engine, [summon(f"t1_{i}", post=f"t3_{i % 5}") for i in range(40)])
    held, doubled, lock, start = set(), [], threading.Lock(), threading.Barrier(4)

    def work(name):
        start.wait()
        while jobs.count_open(engine):
            job = jobs.claim(engine, name)
            if job is None:
                continue
            with lock:
                doubled.extend({job.post} & held)
                held.add(job.post)
            with lock:
                held.discard(job.post)
            finish(engine, job)

    threads = [threading.Thread(target=work, args=(f"w{i}",)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (jobs.count_open(engine), doubled) == (0, [])


def test_claims_are_measured_by_the_clock_of_the_database(engine, summon, monkeypatch):
    if engine.dialect.name == "postgresql":  # a host whose clock is an hour ahead, or behind
        for off in (timedelta(hours=1), timedelta(hours=-1)):
            monkeypatch.setattr("bot.store.clock.now", lambda off=off: jobs.now() + off)
            jobs.receive(engine, [summon(f"t1_{off.total_seconds():.0f}", post=None)])
            assert claimed(engine) is not None
    with engine.connect() as connection:
        assert abs(present(connection) - jobs.now()) < timedelta(minutes=5)


def test_claims_are_renewed_together_and_lost_ones_are_left_alone(engine, summon):
    jobs.receive(engine, [summon("t1_a", post=None), summon("t1_b", post=None)])
    kept, lost = jobs.claim(engine, "one"), jobs.claim(engine, "one/2")
    past = jobs.now() - timedelta(seconds=1)
    with engine.begin() as connection:
        connection.execute(update(Job).values(claimed_until=past))
        connection.execute(update(Job).where(Job.id == lost.id).values(claimed_by="two"))
    jobs.renew_all(engine, [kept, lost])
    assert claimed(engine, "three") == lost.summons
    assert claimed(engine, "four") is None


def test_a_claim_is_not_taken_for_a_later_one_of_the_same_name(engine, summon):
    jobs.receive(engine, [summon()])
    before = jobs.claim(engine, "host")
    jobs.release(engine, "host", died=True)  # by another process that was given the same name
    present = jobs.claim(engine, "host")
    for write in (jobs.renew, finish):
        with pytest.raises(jobs.ClaimLost):
            write(engine, before)
    finish(engine, present)


def test_the_claims_of_a_process_are_those_of_its_threads(engine, summon):
    jobs.receive(engine, [summon(f"t1_{i}", post=None) for i in range(4)])
    for name in ("host", "host/2", "host2", "hos_"):
        jobs.claim(engine, name)
    assert jobs.release(engine, "hos_", died=True) == 1
    assert jobs.release(engine, "host", died=True) == 2
