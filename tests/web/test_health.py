import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine, update

from bot import __version__
from bot.domain.health import POLLER, WORKER
from bot.domain.outcomes import Outcome
from bot.serving import BackgroundServer
from bot.store import notes, totals
from bot.store.files import JobFiles
from bot.store.heartbeats import WORKER_SECONDS, Heart
from bot.store.jobs import now
from bot.store.operator_tables import Heartbeat
from bot.web.app import create_app
from bot.web.installation import Installation
from tests.patience import PATIENCE
from tests.web.made_jobs import HOSTILE, answer, postpone, receive, refuse


@pytest.fixture
def heart(engine: Engine) -> Heart:
    """A process that polls and works."""
    heart = Heart(engine, "one")
    heart.start(POLLER, 30)
    heart.start(WORKER, WORKER_SECONDS)
    return heart


@pytest.fixture
def visitor(engine: Engine, tmp_path: Path) -> Iterator[httpx.Client]:
    app = create_app(
        engine=engine,
        files=JobFiles(tmp_path),
        hosted=None,
        bot_name="ColorizeBot",
        secure_cookies=False,
        installation=Installation(data_dir=tmp_path),
    )
    with (
        BackgroundServer(lambda _: app) as server,
        httpx.Client(base_url=server.url, trust_env=False, timeout=PATIENCE) as client,
    ):
        yield client


def aged(engine: Engine, role: str, seconds: float) -> None:
    """The last success of that role was so long ago."""
    with engine.begin() as connection:
        moment = now() - timedelta(seconds=seconds)
        connection.execute(update(Heartbeat).where(Heartbeat.role == role).values(beat_at=moment))


def samples(visitor: httpx.Client) -> dict[tuple[str, tuple[str, ...]], float]:
    got = visitor.get("/metrics")
    assert got.status_code == 200
    assert got.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(got.text)
        for sample in family.samples
    }


def test_a_bot_that_polls_works_and_has_its_database_is_well(
    visitor: httpx.Client, heart: Heart, engine: Engine
) -> None:
    heart.beat(POLLER)
    heart.beat(WORKER)
    aged(engine, POLLER, 30)
    postpone(engine, receive(engine, 1), "timeout")
    got = visitor.get("/healthz")
    assert got.status_code == 200
    report = got.json()
    assert (report["status"], report["reasons"], report["database"], report["open_jobs"]) == ("ok", [], "ok", 1)
    assert 0 <= report["oldest_open_seconds"] < 60
    assert 30 <= report["last_poll_seconds"] < 60
    assert report["workers"] == 1
    assert report["disk_free_bytes"] > 0


def test_a_bot_that_has_just_started_is_well(visitor: httpx.Client, heart: Heart) -> None:
    got = visitor.get("/healthz")
    assert got.status_code == 200
    assert got.json()["last_poll_seconds"] is None
    assert got.json()["oldest_open_seconds"] is None


def test_pages_without_a_bot_are_failing_at_once(visitor: httpx.Client) -> None:
    got = visitor.get("/healthz")
    assert got.status_code == 503
    assert got.json()["reasons"] == [
        "nothing polls Reddit: no process has begun to; start `colorizebot run`",
        "nothing works on jobs: no process has begun to; start `colorizebot run`",
    ]


def test_a_stuck_poller_is_failing_and_says_since_when(visitor: httpx.Client, heart: Heart, engine: Engine) -> None:
    heart.beat(WORKER)
    aged(engine, POLLER, 11 * 60)
    got = visitor.get("/healthz")
    assert (got.status_code, got.json()["status"], got.json()["database"]) == (503, "failing", "ok")
    assert got.json()["reasons"] == ["nothing polls Reddit: 11 min have passed since its last success"]


def test_a_worker_that_hangs_is_failing_and_one_that_is_busy_is_not(
    visitor: httpx.Client, heart: Heart, engine: Engine
) -> None:
    heart.beat(POLLER)
    heart.beat(WORKER, 12)
    aged(engine, WORKER, 10 * 60)
    assert visitor.get("/healthz").status_code == 200
    aged(engine, WORKER, 16 * 60)
    assert visitor.get("/healthz").json()["status"] == "ok"  # one look a second, whoever asks
    app = create_app(engine=engine, files=JobFiles(Path("none")), hosted=None, bot_name="B", secure_cookies=False)
    with BackgroundServer(lambda _: app) as server:
        got = httpx.get(f"{server.url}/healthz", trust_env=False, timeout=PATIENCE)
    assert got.status_code == 503
    assert got.json()["reasons"] == ["nothing works on jobs: 16 min have passed since its last success"]


def test_a_bot_that_was_stopped_is_failing(visitor: httpx.Client, heart: Heart) -> None:
    heart.beat(POLLER)
    heart.beat(WORKER)
    heart.stop()
    got = visitor.get("/healthz")
    assert got.status_code == 503
    said = r"nothing polls Reddit: the last process that did so was stopped \d+ \w+ ago"
    assert re.fullmatch(said, got.json()["reasons"][0])


def test_a_paused_bot_is_well(visitor: httpx.Client, heart: Heart, engine: Engine) -> None:
    notes.write(engine, notes.PAUSED, "a look at the colours")
    got = visitor.get("/healthz")
    assert (got.status_code, got.json()["status"]) == (200, "paused")


def test_a_database_that_does_not_answer_is_failing(visitor: httpx.Client, engine: Engine, heart: Heart) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE jobs RENAME TO mislaid")
    got = visitor.get("/healthz")
    assert got.status_code == 503
    assert (got.json()["status"], got.json()["database"], got.json()["open_jobs"]) == ("failing", "failing", None)
    assert got.json()["reasons"] == ["the database does not answer"]
    assert visitor.get("/metrics").status_code == 500


def test_metrics_are_those_of_the_store(visitor: httpx.Client, engine: Engine) -> None:
    answer(engine, receive(engine, 1))
    answer(engine, receive(engine, 2))
    refuse(engine, receive(engine, 3, author=HOSTILE, title="Grandmother"), Outcome.ALREADY_COLOUR, "verdict colour")
    postpone(engine, receive(engine, 4), "timeout")
    found = samples(visitor)
    assert found["colorizebot_jobs_total", ("colorized",)] == 2
    assert found["colorizebot_jobs_total", ("already_colour",)] == 1
    assert found["colorizebot_jobs_total", ("failed",)] == 0
    assert found["colorizebot_open_jobs", ()] == 1
    assert 0 <= found["colorizebot_oldest_open_seconds", ()] < 60
    assert found["colorizebot_step_seconds_count", ("colorize",)] == 2
    assert found["colorizebot_step_seconds_sum", ("colorize",)] == pytest.approx(5)
    assert found["colorizebot_step_seconds_count", ("locate",)] == 4
    assert found["colorizebot_build_info", (__version__,)] == 1
    assert found["process_start_time_seconds", ()] > 0


def test_every_outcome_is_there_from_the_start(visitor: httpx.Client) -> None:
    found = samples(visitor)
    assert {name for (family, name) in found if family == "colorizebot_jobs_total"} == {(o.value,) for o in Outcome}
    assert found["colorizebot_oldest_open_seconds", ()] == 0


def test_counters_that_are_not_counted_yet_are_left_out(
    visitor: httpx.Client, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("_LATE", timedelta(0)), ("_LATE_STEPS", 0), ("SECONDS", -1)):
        monkeypatch.setattr(totals, name, value)
    for part in ("PART_OF_STEPS", "PART_OF_JOBS"):
        monkeypatch.setattr(totals, part, 1)
    for number in (1, 2):
        answer(engine, receive(engine, number))
    first = samples(visitor)
    assert ("colorizebot_open_jobs", ()) in first
    assert {"colorizebot_jobs_total", "colorizebot_step_seconds_count"}.isdisjoint(name for name, _ in first)
    while ("colorizebot_step_seconds_count", ("colorize",)) not in (found := samples(visitor)):
        pass
    assert found["colorizebot_step_seconds_count", ("colorize",)] == 2


def test_metrics_name_nobody(visitor: httpx.Client, engine: Engine) -> None:
    receive(engine, 1, author="edith_of_the_lawn", title="Grandmother", subreddit="FamilySecrets")
    text = visitor.get("/metrics").text
    for word in ("edith", "Grandmother", "FamilySecrets"):
        assert word not in text
