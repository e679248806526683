"""What an operator does to a job, on real SQLite and real PostgreSQL."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.aftercare import Removal
from bot.domain.outcomes import Outcome
from bot.domain.silence import Reason
from bot.store import jobs, reply_log, silences
from bot.store.actions import Action, NotPossible, act, remove, retry
from bot.store.removals import due, is_wanted
from bot.store.tables import Colourization, Hosted, Job, Photo, Step


def step(job, result="done"):
    return Step(job_id=job.id, stage=job.stage, started_at=jobs.now(), seconds=0.1, result=result, detail="")


@pytest.fixture
def ended(engine, summon):
    """A job that has failed to reply, with what it had made."""
    jobs.receive(engine, [summon()])
    job = jobs.claim(engine, "w")
    with Session(engine) as session, session.begin():
        hosted = Hosted(host="folder", key="k" * 16, url="https://x/k.jpg", created_at=jobs.now())
        photo = Photo(job_id=job.id, number=1, url="https://i.redd.it/a.jpg", fallbacks=[], verdict="grey")
        session.add_all([hosted, photo])
        session.flush()
        session.add(Colourization(photo_id=photo.id, settings="{}", hosted_id=hosted.id))
    jobs.conclude(engine, job, step(job, "reply_failed"), Outcome.REPLY_FAILED, "503")
    jobs.finish(engine, job, step(job), Outcome.REPLY_FAILED)
    return job


def change(engine, **values):
    with engine.begin() as connection:
        connection.execute(update(Job).values(values))


def history(engine, job):
    return [(one.stage, one.result, one.detail) for one in reply_log.steps_of(engine, [job.id])[job.id]]


def test_a_retried_job_starts_over_and_nothing_of_before_is_left(engine, ended):
    change(engine, wanted={"style": "vivid"}, answer="no", deaths=2, attempts=3, error="old")
    retry(engine, ended.id)
    again = jobs.claim(engine, "w")
    assert (again.id, again.stage, again.outcome, again.detail, again.error) == (ended.id, "locate", None, "", None)
    assert (again.deaths, again.attempts, again.wanted, again.answer) == (0, 0, None, None)
    assert reply_log.photos_by_job(engine, [ended.id]) == {ended.id: []}
    with Session(engine) as session:
        assert session.scalars(select(Hosted)).one().unwanted_at is not None
    assert history(engine, ended)[-1] == ("operator", "retry", "it had ended as reply_failed")


def test_an_open_job_is_not_opened_again(engine, summon):
    jobs.receive(engine, [summon()])
    with pytest.raises(NotPossible, match="job 1 is open: it goes on by itself"):
        retry(engine, 1)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"reply": "t1_r"}, "job 1 has had a reply"),
        ({"removal": "score"}, "job 1 has had a reply"),
        ({"forgotten_at": jobs.now()}, "job 1 is forgotten"),
    ],
)
def test_a_job_that_cannot_be_retried_says_why_and_stays_as_it_is(engine, ended, values, why):
    change(engine, **values)
    with pytest.raises(NotPossible, match=why):
        retry(engine, ended.id)
    assert len(history(engine, ended)) == 2
    assert len(reply_log.photos_by_job(engine, [ended.id])[ended.id]) == 1


def test_a_reply_is_deleted_once(engine, ended):
    with pytest.raises(NotPossible, match="job 1 has no reply"):
        act(engine, ended.id, Action.DELETE)
    change(engine, reply="t1_r", replied_at=jobs.now())
    act(engine, ended.id, Action.DELETE)
    job = reply_log.job_by_id(engine, ended.id)
    assert job.removal == "operator"
    assert jobs.now() - job.removal_at < timedelta(minutes=1)
    with pytest.raises(NotPossible, match="the reply of job 1 has to go already"):
        remove(engine, ended.id, Removal.PURGED)
    assert [line for line in history(engine, ended) if line[0] == "operator"] == [("operator", "delete", "")]


def test_a_reason_other_than_the_operators_wish_is_written_down(engine, ended):
    change(engine, reply="t1_r")
    remove(engine, ended.id, Removal.PURGED)
    assert history(engine, ended)[-1] == ("operator", "delete", "purged")


def test_blocking_and_muting_can_be_taken_back_and_leave_other_reasons_alone(engine, ended):
    silences.silence(engine, silences.USER, "bob", Reason.ASKED)
    act(engine, ended.id, Action.BLOCK)
    act(engine, ended.id, Action.MUTE)
    assert silences.reasons(engine, silences.USER, "bob") == {Reason.ASKED, Reason.OPERATOR}
    assert silences.reasons(engine, silences.SUBREDDIT, "pics") == {Reason.OPERATOR}
    act(engine, ended.id, Action.UNBLOCK)
    act(engine, ended.id, Action.UNMUTE)
    assert silences.reasons(engine, silences.USER, "bob") == {Reason.ASKED}
    assert silences.reasons(engine, silences.SUBREDDIT, "pics") == set()
    assert history(engine, ended)[-4:] == [
        ("operator", "block", "u/bob"),
        ("operator", "mute", "r/pics"),
        ("operator", "unblock", "u/bob"),
        ("operator", "unmute", "r/pics"),
    ]


def test_what_is_not_there_cannot_be_acted_on(engine, ended):
    change(engine, author=None, subreddit="")
    with pytest.raises(NotPossible, match="job 1 has no author"):
        act(engine, ended.id, Action.BLOCK)
    with pytest.raises(NotPossible, match="job 1 belongs to no subreddit"):
        act(engine, ended.id, Action.MUTE)
    for action in Action:
        with pytest.raises(NotPossible, match="there is no job 99"):
            act(engine, 99, action)


def test_a_waiting_job_is_cancelled_closed_by_the_worker_and_opened_again(engine, summon):
    jobs.receive(engine, [summon()])
    act(engine, 1, Action.CANCEL)
    job = jobs.claim(engine, "w")
    assert (job.stage, job.outcome) == ("finish", "cancelled")
    jobs.finish(engine, job, step(job), Outcome.CANCELLED)
    with pytest.raises(NotPossible, match="job 1 has ended or is answered"):
        act(engine, 1, Action.CANCEL)
    act(engine, 1, Action.RETRY)
    again = jobs.claim(engine, "w")
    assert (again.stage, again.outcome) == ("locate", None)


def test_a_cancelled_job_is_opened_again_before_the_worker_has_closed_it(engine, summon):
    jobs.receive(engine, [summon()])
    act(engine, 1, Action.CANCEL)
    act(engine, 1, Action.RETRY)
    assert jobs.claim(engine, "w").stage == "locate"


def test_a_job_that_a_worker_has_is_told_to_end_before_its_reply(engine, summon):
    jobs.receive(engine, [summon()])
    job = jobs.claim(engine, "w")
    act(engine, 1, Action.CANCEL)
    assert is_wanted(engine, 1)
    with pytest.raises(NotPossible, match="is being cancelled already"):
        act(engine, 1, Action.CANCEL)
    assert history(engine, job)[-1] == ("operator", "cancel", "a worker has it: it ends before its reply")


def test_a_deletion_waits_its_grace_and_can_be_taken_back_until_then(engine, ended):
    change(engine, reply="t1_r", replied_at=jobs.now())
    act(engine, ended.id, Action.DELETE, grace=timedelta(hours=1))
    assert due(engine, 10) == []
    act(engine, ended.id, Action.UNDELETE)
    assert reply_log.job_by_id(engine, ended.id).removal is None
    act(engine, ended.id, Action.DELETE)
    assert [job.id for job in due(engine, 10)] == [ended.id]
    with pytest.raises(NotPossible, match="is being deleted or is gone"):
        act(engine, ended.id, Action.UNDELETE)


def test_a_block_is_not_set_or_lifted_twice(engine, ended):
    with pytest.raises(NotPossible, match="u/bob is not blocked"):
        act(engine, ended.id, Action.UNBLOCK)
    act(engine, ended.id, Action.BLOCK)
    with pytest.raises(NotPossible, match="u/bob is blocked already"):
        act(engine, ended.id, Action.BLOCK)
