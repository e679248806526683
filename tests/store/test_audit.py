from datetime import timedelta

from bot.store import audit, login_sessions, outages
from bot.store.jobs import now


def test_deeds_are_kept_newest_first_and_by_batch(engine):
    batch = audit.new_batch()
    walter = audit.Actor("walter", "198.51.100.7")
    audit.record(engine, walter, "retry", "job 1", batch=batch)
    audit.record(engine, walter, "retry", "job 2", batch=batch)
    audit.record(engine, audit.COMMAND_LINE, "pause", "bot", "disk full")
    assert [(deed.who, deed.action, deed.subject) for deed in audit.latest(engine)] == [
        ("command line", "pause", "bot"),
        ("walter", "retry", "job 2"),
        ("walter", "retry", "job 1"),
    ]
    assert [deed.subject for deed in audit.of_batch(engine, batch)] == ["job 1", "job 2"]
    assert len(audit.latest(engine, before=3)) == 2


def test_redditors_names_are_forgotten_and_nothing_else(engine):
    for subject in ("u/edith", "r/pics", "job 4"):
        audit.record(engine, audit.COMMAND_LINE, "block", subject)
    assert audit.forget_names(engine, timedelta(hours=1)) == 0
    assert audit.forget_names(engine, timedelta(0)) == 1
    assert audit.forget_names(engine, timedelta(0)) == 0
    assert [deed.subject for deed in audit.latest(engine)] == ["job 4", "r/pics", "u/(forgotten)"]


def test_a_session_is_a_row_that_ends(engine):
    day = timedelta(days=1)
    login_sessions.start(engine, "secret", who="walter", address="::1", browser="Firefox", lasts=day)
    login_sessions.start(engine, "old", who="ida", address="::1", browser="Firefox", lasts=-day)
    assert login_sessions.find(engine, "secret").who == "walter"
    assert login_sessions.find(engine, "old") is None
    assert login_sessions.find(engine, "secre") is None
    assert [row.who for row in login_sessions.present(engine)] == ["walter"]
    assert login_sessions.end(engine, login_sessions.digest("secret"))
    assert login_sessions.find(engine, "secret") is None
    assert not login_sessions.end(engine, login_sessions.digest("secret"))


def test_an_outage_is_told_by_one_process(engine):
    assert outages.present(engine) is None
    outage = outages.begin(engine, "nothing polls Reddit", now())
    assert outages.present(engine).reason == "nothing polls Reddit"
    assert outages.told(engine, outage)
    assert not outages.told(engine, outage)
    outages.end(engine)
    assert outages.present(engine) is None
    assert outages.latest(engine)[0].ended_at is not None
