"""Many jobs at once, and taking it back, on real SQLite and real PostgreSQL."""

from datetime import timedelta

import pytest

from bot.domain.outcomes import Outcome
from bot.domain.silence import Reason
from bot.store import audit, jobs, reply_log, silences
from bot.store.actions import Action
from bot.store.audit import Actor
from bot.store.deeds import act_on, silence_one, undo
from bot.store.log_search import Filter, find_jobs
from bot.store.log_totals import seconds_of, totals
from bot.store.tables import Step

WALTER = Actor("walter", "198.51.100.7")


@pytest.fixture
def three(engine, summon):
    """Three jobs: 1 has failed, 2 and 3 wait."""
    jobs.receive(engine, [summon("t1_a", author="ann", title="A wedding, 1911")])
    job = jobs.claim(engine, "w")
    jobs.conclude(engine, job, step(job), Outcome.FAILED, "ValueError: no 50% model")
    jobs.finish(engine, job, step(job), Outcome.FAILED)
    others = [summon("t1_b", author="ann", post="t3_q"), summon("t1_c", author="bob", title="A Wedding in May")]
    jobs.receive(engine, others)


def step(job, seconds=0.5):
    return Step(job_id=job.id, stage=job.stage, started_at=jobs.now(), seconds=seconds, result="done", detail="")


def test_what_is_possible_is_done_and_the_rest_is_said(engine, three):
    report = act_on(engine, WALTER, Action.CANCEL, [1, 2, 3, 99])
    assert report.done == ["job 2", "job 3"]
    assert report.refused == [
        "job 1 has ended or is answered: there is nothing to cancel",
        "there is no job 99",
    ]
    assert [(deed.who, deed.address, deed.action, deed.subject) for deed in audit.latest(engine)] == [
        ("walter", "198.51.100.7", "cancel", "job 3"),
        ("walter", "198.51.100.7", "cancel", "job 2"),
    ]


def test_one_click_is_taken_back_by_one_click(engine, three):
    report = act_on(engine, WALTER, Action.CANCEL, [2, 3])
    action, undone = undo(engine, WALTER, report.batch)
    assert (action, undone.done, undone.refused) == (Action.RETRY, ["job 2", "job 3"], [])
    assert reply_log.job_by_id(engine, 2).outcome is None
    assert audit.latest(engine)[0].detail == "undo of cancel"
    assert undo(engine, WALTER, "nothing") is None


def test_who_was_blocked_before_stays_blocked_when_a_later_block_is_taken_back(engine, three):
    silence_one(engine, WALTER, Action.BLOCK, "u/bob")
    report = act_on(engine, WALTER, Action.BLOCK, [1, 2, 3])
    assert report.done == ["u/ann"]
    assert report.refused == ["u/ann is blocked already", "u/bob is blocked already"]
    undo(engine, WALTER, report.batch)
    assert silences.reasons(engine, silences.USER, "ann") == set()
    assert silences.reasons(engine, silences.USER, "bob") == {Reason.OPERATOR}


def test_a_name_that_is_forgotten_is_not_guessed(engine, three):
    report = silence_one(engine, WALTER, Action.BLOCK, "u/bob")
    audit.forget_names(engine, timedelta(0))
    _, undone = undo(engine, WALTER, report.batch)
    assert undone.done == []
    assert "forgotten" in undone.refused[0]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(words=("wedding",)), [3, 1]),
        (Filter(words=("wedding", "1911")), [1]),
        (Filter(words=("50%",)), [1]),
        (Filter(words=("_%",)), []),
        (Filter(words=("wedding",), user="bob"), [3]),
        (Filter(thing="t3_q"), [2]),
        (Filter(thing="t1_c"), [3]),
        (Filter(thing="t3_p", words=("may",)), [3]),
    ],
)
def test_words_and_names_of_things_are_found(engine, three, wanted, expected):
    assert [job.id for job in find_jobs(engine, wanted).jobs] == expected
    assert totals(engine, wanted).number == len(expected)


def test_totals_are_those_of_the_filter(engine, three):
    assert totals(engine, Filter()).by_outcome == {"open": 2, "failed": 1}
    found = totals(engine, Filter(user="ANN"))
    assert (found.by_outcome, found.number, found.whole) == ({"open": 1, "failed": 1}, 2, True)


def test_working_time_leaves_operators_out(engine, three):
    act_on(engine, WALTER, Action.RETRY, [1])
    assert seconds_of(engine, [1, 2]) == {1: 1.0}


def test_a_search_for_words_says_how_far_it_went(engine, three, monkeypatch):
    monkeypatch.setattr("bot.store.log_search.REACH", 2)
    monkeypatch.setattr("bot.store.log_totals.REACH", 2)
    found = find_jobs(engine, Filter(words=("1911",)))
    assert (list(found.jobs), found.more, found.searched_to) == ([], True, 2)
    assert [job.id for job in find_jobs(engine, Filter(words=("1911",)), before=2).jobs] == [1]
    assert not totals(engine, Filter(words=("wedding",))).whole
