import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, update

from bot.serving import BackgroundServer
from bot.store import notes
from bot.store.actions import Action, act
from bot.store.jobs import now
from bot.store.tables import Job
from bot.web import live
from bot.web.condition import Conditions
from bot.web.live import mark_of as mark_with
from bot.web.sessions import end_all
from tests.patience import PATIENCE
from tests.web.made_jobs import answer, postpone, receive


def mark_of(engine: Engine) -> str:
    return mark_with(engine, Conditions(engine, None)())


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.02)


@contextmanager
def stream(client: httpx.Client, seen: str, **headers: str) -> Iterator[Iterator[str]]:
    """The lines of the stream that say something."""
    with client.stream("GET", f"/log/events?seen={seen}", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] in {"no-cache", "no-store"}
        assert answer.headers["x-accel-buffering"] == "no"  # nginx would hold the events back
        yield (line for line in answer.iter_lines() if line and not line.startswith(":"))


def test_each_change_is_told_with_a_mark_that_a_browser_goes_on_from(engine: Engine, operator: httpx.Client) -> None:
    page = operator.get("/log").text
    mark = mark_of(engine)
    assert f'data-live="/log/events?seen={mark}"' in page
    with stream(operator, mark) as lines:
        job = receive(engine, 1)
        assert next(lines) == "event: changed"
        told = mark_of(engine)
        assert [next(lines), next(lines)] == [f'data: "{told}"', f"id: {told}"]
        postpone(engine, job, "timeout")
        assert next(lines) == "event: changed"
    later = mark_of(engine)
    with stream(operator, mark, **{"Last-Event-ID": told}) as lines:  # what happened meanwhile is told at once
        assert [next(lines) for _ in range(3)][2] == f"id: {later}"


def test_a_new_job_a_step_an_action_a_removal_and_a_pause_are_changes(engine: Engine) -> None:
    marks = [mark_of(engine)]
    job = receive(engine, 1)
    marks.append(mark_of(engine))
    answer(engine, job)
    marks.append(mark_of(engine))
    act(engine, job.id, Action.BLOCK)
    marks.append(mark_of(engine))
    with engine.begin() as connection:
        connection.execute(update(Job).values(removed_at=now() - timedelta(days=1)))
    marks.append(mark_of(engine))
    notes.write(engine, notes.PAUSED, "disk full")
    marks.append(mark_of(engine))
    assert len(set(marks)) == 6
    assert mark_of(engine) == marks[-1]


def test_a_page_is_told_after_a_while_even_of_nothing(
    engine: Engine, operator: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "TELL_SECONDS", 0.05)
    with stream(operator, mark_of(engine)) as lines:
        assert next(lines) == "event: changed"


def test_the_stream_ends_with_the_session(engine: Engine, operator: httpx.Client) -> None:
    with stream(operator, mark_of(engine)) as lines:
        end_all(engine)
        assert list(lines) == []
    assert operator.get("/log/events").status_code == 303


def test_a_server_that_stops_ends_its_streams_in_good_order(
    app: FastAPI, engine: Engine, password: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.1)
    server = BackgroundServer(lambda _: app)
    with httpx.Client(base_url=server.url, trust_env=False, timeout=PATIENCE) as client:
        with server:
            client.post("/login", data={"password": password})
            ended: list[list[str]] = []
            with stream(client, mark_of(engine)) as lines:
                reader = threading.Thread(target=lambda: ended.append(list(lines)))
                reader.start()
                server.__exit__(None, None, None)
                reader.join(timeout=PATIENCE)
        assert ended == [[]]  # not an exception: nothing was cut off
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def test_older_and_wrong_pages_are_not_live(engine: Engine, operator: httpx.Client) -> None:
    receive(engine, 1)
    for path, whole in (("/log?subreddit=OldPhotos", True), ("/log/1", True), ("/log?before=1", False)):
        assert f'data-refresh="{"page" if whole else "strip"}"' in operator.get(path).text, path
    assert 'data-refresh="strip"' in operator.get("/log?from=never").text
