from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from made_jobs import HOSTILE, answer, postpone, receive, refuse
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine

from bot import __version__
from bot.domain.outcomes import Outcome
from bot.serving import BackgroundServer
from bot.store.files import JobFiles
from bot.store.jobs import now
from bot.web.app import create_app


class Poller:
    """The time of its last poll."""

    def __init__(self) -> None:
        self.last: datetime | None = None

    def __call__(self) -> datetime | None:
        return self.last


@pytest.fixture
def poller() -> Poller:
    return Poller()


@pytest.fixture
def visitor(engine: Engine, tmp_path: Path, poller: Poller) -> Iterator[httpx.Client]:
    app = create_app(
        engine=engine,
        files=JobFiles(tmp_path),
        hosted=None,
        bot_name="ColorizeBot",
        secure_cookies=False,
        heartbeat=poller,
    )
    with BackgroundServer(lambda _: app) as server, httpx.Client(base_url=server.url, trust_env=False) as client:
        yield client


def samples(visitor: httpx.Client) -> dict[tuple[str, tuple[str, ...]], float]:
    got = visitor.get("/metrics")
    assert got.status_code == 200
    assert got.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(got.text)
        for sample in family.samples
    }


def test_a_bot_that_polls_and_has_its_database_is_well(visitor: httpx.Client, poller: Poller, engine: Engine) -> None:
    poller.last = now() - timedelta(seconds=30)
    postpone(engine, receive(engine, 1), "timeout")
    got = visitor.get("/healthz")
    assert got.status_code == 200
    report = got.json()
    assert (report["status"], report["database"], report["open_jobs"]) == ("ok", "ok", 1)
    assert 0 <= report["oldest_open_seconds"] < 60
    assert 30 <= report["last_poll_seconds"] < 60


def test_a_bot_that_has_just_started_is_well(visitor: httpx.Client) -> None:
    got = visitor.get("/healthz")
    assert got.status_code == 200
    assert got.json()["last_poll_seconds"] is None
    assert got.json()["oldest_open_seconds"] is None


def test_a_stuck_poller_is_failing(visitor: httpx.Client, poller: Poller) -> None:
    poller.last = now() - timedelta(minutes=11)
    got = visitor.get("/healthz")
    assert (got.status_code, got.json()["status"], got.json()["database"]) == (503, "failing", "ok")


def test_a_database_that_does_not_answer_is_failing(visitor: httpx.Client, engine: Engine, poller: Poller) -> None:
    poller.last = now()
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE jobs RENAME TO mislaid")
    got = visitor.get("/healthz")
    assert got.status_code == 503
    assert (got.json()["status"], got.json()["database"], got.json()["open_jobs"]) == ("failing", "failing", None)
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


def test_metrics_name_nobody(visitor: httpx.Client, engine: Engine) -> None:
    receive(engine, 1, author="edith_of_the_lawn", title="Grandmother", subreddit="FamilySecrets")
    text = visitor.get("/metrics").text
    for word in ("edith", "Grandmother", "FamilySecrets"):
        assert word not in text
