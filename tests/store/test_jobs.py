"""Jobs on real SQLite and real PostgreSQL."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.domain.outcomes import Outcome
from bot.domain.stages import Stage
from bot.store import jobs, reply_log
from bot.store.tables import Job, Step


def step(job, result="done"):
    return Step(job_id=job.id, stage=job.stage, started_at=jobs.now(), seconds=0.1, result=result, detail="")


def test_the_same_summons_is_one_job(engine, summon):
    assert jobs.receive(engine, [summon("t1_a"), summon("t1_b"), summon("t1_a")]) == 2
    assert jobs.receive(engine, [summon("t1_a")]) == 0
    assert jobs.known(engine, ["t1_a", "t1_z"]) == {"t1_a"}
    assert jobs.count_open(engine) == 2


def test_a_claimed_job_belongs_to_one_worker(engine, summon):
    jobs.receive(engine, [summon()])
    job = jobs.claim(engine, "one")
    assert (job.summons, job.stage, job.body) == ("t1_a", "locate", "u/Bot")
    assert jobs.claim(engine, "two") is None
    assert jobs.release(engine, "two", died=True) == 0
    assert jobs.release(engine, "one", died=False) == 1
    again = jobs.claim(engine, "two")
    assert (again.id, again.deaths) == (job.id, 0)
    jobs.release(engine, "two", died=True)
    assert jobs.claim(engine, "three").deaths == 1


def test_many_workers_share_the_jobs_without_doubling_any(engine, summon):
    jobs.receive(engine, [summon(f"t1_{i}", post=f"t3_{i}") for i in range(40)])
    claimed, start = [], threading.Barrier(4)

    def work(name):
        start.wait()
        while (job := jobs.claim(engine, name)) is not None:
            claimed.append(job.id)

    threads = [threading.Thread(target=work, args=(f"w{i}",)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == len(set(claimed)) == 40


def test_an_expired_claim_can_be_taken_and_the_loser_writes_nothing(engine, summon):
    jobs.receive(engine, [summon()])
    slow = jobs.claim(engine, "slow")
    with Session(engine) as session, session.begin():
        session.execute(update(Job).values(claimed_until=jobs.now() - timedelta(seconds=1)))
    quick = jobs.claim(engine, "quick")
    assert (quick.id, quick.deaths) == (slow.id, 1)
    with pytest.raises(jobs.ClaimLost):
        jobs.renew(engine, slow)
    jobs.renew(engine, quick)
    with pytest.raises(jobs.ClaimLost):
        jobs.advance(engine, slow, step(slow), Stage.FETCH, {"title": "x"})
    jobs.advance(engine, quick, step(quick), Stage.FETCH, {"title": "y"})
    assert reply_log.job_by_id(engine, quick.id).title == "y"
    assert len(reply_log.steps_of(engine, [quick.id])[quick.id]) == 1


def test_from_claim_to_finish(engine, summon):
    jobs.receive(engine, [summon()])
    job = jobs.claim(engine, "w")
    jobs.advance(engine, job, step(job), Stage.FETCH, {"wanted": {"variants": 2}})
    jobs.conclude(engine, job, step(job, "nsfw"), Outcome.NSFW, "marked")
    assert (job.stage, job.outcome) == ("finish", "nsfw")
    jobs.finish(engine, job, step(job), Outcome.NSFW)
    stored = reply_log.job_by_id(engine, job.id)
    assert stored.outcome is Outcome.NSFW
    assert stored.wanted == {"variants": 2}
    assert isinstance(stored.finished_at, datetime)
    assert stored.finished_at.utcoffset() == timedelta(0)
    assert jobs.claim(engine, "w") is None
    assert jobs.next_due(engine) is None
    assert jobs.which_are_finished(engine, ["t1_a", "t1_b"]) == {"t1_a"}
    assert reply_log.count_by_outcome(engine) == {"nsfw": 1}
    assert [s.result for s in reply_log.steps_of(engine, [job.id])[job.id]] == ["done", "nsfw", "done"]


def test_a_postponed_job_waits_until_its_time(engine, summon):
    jobs.receive(engine, [summon()])
    job = jobs.claim(engine, "w")
    later = jobs.now() + timedelta(hours=1)
    jobs.postpone(engine, job, step(job, "later"), timedelta(hours=1), "Reddit is busy")
    assert jobs.claim(engine, "w") is None
    assert abs(jobs.next_due(engine) - later) < timedelta(seconds=1)
    with Session(engine) as session, session.begin():
        session.execute(update(Job).values(not_before=jobs.now()))
    again = jobs.claim(engine, "w")
    assert (again.attempts, again.error, again.stage) == (1, "Reddit is busy", "locate")


def test_pages_of_the_reply_log_are_newest_first_and_without_gaps(engine, summon):
    jobs.receive(engine, [summon(f"t1_{i}") for i in range(7)])
    first = reply_log.latest_jobs(engine, limit=3)
    rest = reply_log.latest_jobs(engine, before=first[-1].id, limit=10)
    assert [job.summons for job in [*first, *rest]] == [f"t1_{i}" for i in reversed(range(7))]
    assert reply_log.oldest_open(engine) is not None


def test_naive_times_are_refused(engine):
    with pytest.raises(Exception, match="no time zone"), Session(engine) as session:
        session.execute(update(Job).values(not_before=datetime(2026, 1, 1)))  # noqa: DTZ001
