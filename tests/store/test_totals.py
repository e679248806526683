"""Totals for metrics and spans for charts, on real SQLite and real PostgreSQL."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, event, insert, update
from sqlalchemy.orm import Session

from bot.store import totals
from bot.store.spans import scores_between, verdicts_between, waits_between
from bot.store.tables import Job, Photo, Step
from bot.store.totals import Totals

START = datetime(2026, 11, 1, tzinfo=UTC)


def add(engine, number, **values):
    row = {"summons": f"t1_{number}", "source": "scan", "subreddit": "pics", "received_at": START, "not_before": START}
    with Session(engine) as session, session.begin():
        session.execute(insert(Job), [{"id": number, "outcome": "colorized", **row, **values}])


def add_steps(engine, count, seconds=0.5):
    step = {"job_id": 1, "stage": "fetch", "started_at": START, "seconds": seconds, "result": "done"}
    with Session(engine) as session, session.begin():
        session.execute(insert(Step), [step] * count)


def test_steps_are_summed_once_and_then_only_the_newest(engine, monkeypatch):
    monkeypatch.setattr(totals, "_LATE_STEPS", 10)
    add(engine, 1)
    add_steps(engine, 30)
    sums = Totals(engine)
    assert sums.steps() == {"fetch": (30, 15.0)}
    sent = []
    event.listen(engine, "before_cursor_execute", lambda *about: sent.append(about[3]))
    add_steps(engine, 5)
    assert sums.steps() == {"fetch": (35, 17.5)}
    bounds = [number for parameters in sent for number in as_list(parameters) if isinstance(number, int)]
    assert {20, 25} <= set(bounds)  # between these and from there on, not from 0
    assert 0 not in bounds
    with engine.begin() as connection:  # a transaction of PostgreSQL that began earlier and ended later
        connection.execute(update(Step).where(Step.id == 34).values(stage="judge"))
    assert sums.steps() == {"fetch": (34, 17.0), "judge": (1, 0.5)}
    with engine.begin() as connection:
        connection.execute(delete(Step).where(Step.id <= 20))
    assert sums.steps()["fetch"] == (34, 17.0)  # a counter never falls


def test_sums_are_kept_for_the_next_start(engine, monkeypatch):
    monkeypatch.setattr(totals, "_LATE_STEPS", 10)
    monkeypatch.setattr(totals, "KEPT_EVERY", 20)
    moment = START
    sums = Totals(engine, clock=lambda: moment)
    for number in range(1, 4):
        add(engine, number, finished_at=START - timedelta(hours=number))
    add_steps(engine, 30)
    assert (sums.endings(), sums.steps()) == ({"colorized": 3}, {"fetch": (30, 15.0)})
    with engine.begin() as connection:
        connection.execute(delete(Step).where(Step.id <= 15))
        connection.execute(delete(Job).where(Job.id > 1))
    again = Totals(engine, clock=lambda: moment)
    assert (again.endings(), again.steps()) == ({"colorized": 3}, {"fetch": (30, 15.0)})
    with engine.begin() as connection:
        connection.execute(delete(Step))
    assert again.steps() == {"fetch": (20, 10.0)}  # the last ones were not settled
    add_steps(engine, 5)
    assert again.steps() == {"fetch": (25, 12.5)}
    moment -= timedelta(days=1)  # the clock was ahead
    add(engine, 5, finished_at=moment)
    assert Totals(engine, clock=lambda: moment + timedelta(minutes=1)).endings() == {"colorized": 4}


def test_much_that_was_never_summed_is_summed_in_parts(engine, monkeypatch):
    for name, value in (("_LATE_STEPS", 0), ("PART_OF_STEPS", 10), ("PART_OF_JOBS", 2), ("SECONDS", -1)):
        monkeypatch.setattr(totals, name, value)
    for number in range(1, 6):
        add(engine, number, finished_at=START - timedelta(hours=number // 2))
    add_steps(engine, 30)
    sums = Totals(engine, clock=lambda: START + timedelta(hours=1))
    calls = [(sums.endings(), sums.steps()) for _ in range(4)]
    assert calls[0] == (None, None)
    assert calls[-1] == ({"colorized": 5}, {"fetch": (30, 15.0)})


def as_list(parameters):
    return list(parameters.values()) if isinstance(parameters, dict) else list(parameters)


def test_endings_count_each_end_of_a_job(engine):
    moment = START
    sums = Totals(engine, clock=lambda: moment)
    add(engine, 1, finished_at=START - timedelta(hours=1))
    add(engine, 2, finished_at=START - timedelta(minutes=1), outcome="nsfw")
    add(engine, 3, finished_at=None, outcome=None)
    assert sums.endings() == {"colorized": 1, "nsfw": 1}
    add(engine, 4, finished_at=START - timedelta(minutes=5), outcome="nsfw")  # committed late
    assert sums.endings() == {"colorized": 1, "nsfw": 2}
    moment += timedelta(hours=1)
    assert sums.endings() == {"colorized": 1, "nsfw": 2}
    with engine.begin() as connection:
        connection.execute(update(Job).where(Job.id == 2).values(finished_at=moment, outcome="colorized"))
    assert sums.endings() == {"colorized": 2, "nsfw": 2}  # tried again by the operator
    assert Totals(engine, clock=lambda: moment).endings() == {"colorized": 2, "nsfw": 1}


def test_spans_leave_out_what_lies_beyond(engine):
    for number, (hour, wait, score, verdict) in enumerate(
        [(1, 30, 4, "grey"), (2, 30, 4, "grey"), (3, 90, -1, "colour"), (9, 5, 7, "grey")], 1
    ):
        received = START + timedelta(hours=hour)
        replied = received + timedelta(seconds=wait)
        add(engine, number, received_at=received, replied_at=replied, score=score)
        with Session(engine) as session, session.begin():
            session.add(Photo(job_id=number, number=1, url="", fallbacks=[], verdict=verdict))
            session.add(Photo(job_id=number, number=2, url="", fallbacks=[]))
    span = (START + timedelta(hours=2), START + timedelta(hours=9))
    assert waits_between(engine, *span) == {30: 1, 90: 1}
    assert scores_between(engine, *span) == {4: 1, -1: 1}
    assert verdicts_between(engine, *span) == {"grey": 1, "colour": 1}
    assert verdicts_between(engine, START + timedelta(hours=10), START + timedelta(hours=11)) == {}
