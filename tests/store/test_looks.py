"""Which replies are due to be looked at, on both databases."""

from datetime import timedelta

from sqlalchemy import event
from sqlalchemy.orm import Session

from bot.store import jobs, removals
from bot.store.tables import Job

WATCH = timedelta(days=7)


def reply(engine, name, *, age, looked=None, **values):
    moment = jobs.now()
    row = {
        "summons": f"t1_{name}",
        "source": "mention",
        "subreddit": "pics",
        "received_at": moment,
        "not_before": moment,
        "reply": f"t1_r{name}",
        "replied_at": moment - age,
        "looked_at": moment - looked if looked else None,
    } | values
    with Session(engine) as session, session.begin():
        session.add(Job(**row))


def test_new_replies_come_first_and_then_the_younger_ones(engine):
    minute, hour, day = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
    reply(engine, "old", age=40 * day, looked=8 * day)
    reply(engine, "older", age=80 * day, looked=9 * day)
    reply(engine, "week", age=3 * day, looked=7 * hour)
    reply(engine, "day", age=3 * hour, looked=16 * minute)
    reply(engine, "never", age=30 * day)
    reply(engine, "new", age=minute)
    reply(engine, "seen", age=3 * hour, looked=minute)
    reply(engine, "going", age=3 * hour, looked=hour, removal="score")
    reply(engine, "unsaid", age=3 * hour, looked=hour, reply=None)

    def due(limit):
        return [job.summons.removeprefix("t1_") for job in removals.to_look_at(engine, WATCH, limit)]

    assert due(100) == ["new", "never", "day", "week", "older", "old"]
    assert due(3) == ["new", "never", "day"]


def test_no_look_reads_the_whole_table(sqlite):
    plans = plans_of_looks(sqlite)
    assert len(plans) == 4
    steps = [step for plan in plans for step in plan]
    assert [step for step in steps if not step.startswith(("SEARCH jobs USING INDEX", "USE TEMP"))] == []


def test_replies_not_looked_at_are_read_in_their_order(sqlite):
    """Beside millions that were, sorting them or reading all replies takes seconds."""
    assert plans_of_looks(sqlite)[0] == ["SEARCH jobs USING INDEX jobs_watched (looked_at=? AND replied_at>?)"]


def plans_of_looks(engine):
    asked = []
    event.listen(engine, "before_cursor_execute", lambda *seen: asked.append((seen[2], seen[3])))
    removals.to_look_at(engine, WATCH, 10)
    with engine.connect() as connection:
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values).all() for text, values in [*asked]]
    return [[row[3] for row in plan] for plan in plans]
