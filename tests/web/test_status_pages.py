import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import Engine

from bot.domain.health import POLLER, WORKER
from bot.domain.stages import Stage
from bot.store import audit, jobs, notes, outages, queue
from bot.store.heartbeats import Heart
from bot.store.jobs import now
from tests.web.made_jobs import HOSTILE, answer, postpone, receive


def token(page: str) -> str:
    return re.findall(r'name="token" value="([^"]+)"', page)[0]


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_processes_queue_and_outages_are_shown(engine: Engine, operator: httpx.Client) -> None:
    heart = Heart(engine, "gpu-1")
    heart.start(POLLER, 30)
    heart.beat(POLLER)
    heart.start(WORKER, 10)
    answer(engine, receive(engine, 1))
    postpone(engine, receive(engine, 2), f"503 from the host {HOSTILE}", timedelta(minutes=9, seconds=30))
    job = receive(engine, 3)
    heart.beat(WORKER, job.id)
    outages.begin(engine, "nothing polls Reddit", now() - timedelta(hours=3))
    outages.end(engine)
    page = text(operator.get("/status").text)
    assert "The bot polls and works" in page
    assert re.search(r"gpu-1 polls Reddit polling \d+ \w+ ago", page)
    assert re.search(rf"gpu-1 works on jobs busy \d+ \w+ ago #{job.id} ", page)
    assert "locate 1 0 1 " in page
    assert "503 from the host &lt;script&gt;" in page
    assert "Try 1 job now that was put off" in page
    assert re.search(r"UTC 3 h nothing polls Reddit", page)


def test_the_bot_is_paused_and_goes_on_from_the_web(engine: Engine, operator: httpx.Client) -> None:
    page = operator.get("/status/pause").text
    got = operator.post("/status/pause", data={"token": token(page), "reason": " the colours  are wrong "})
    assert (got.status_code, got.headers["location"]) == (303, "/status")
    assert notes.pauses(engine).everything == "the colours are wrong"
    page = operator.get("/status").text
    assert "Paused here: the colours are wrong" in page
    assert 'href="/status/resume"' in page
    operator.post("/status/resume", data={"token": token(page)})
    assert notes.pauses(engine).everything is None
    assert [(deed.action, deed.detail) for deed in audit.latest(engine)][:2] == [
        ("resume", ""),
        ("pause", "the colours are wrong"),
    ]


def test_a_pause_by_the_page_is_not_taken_back_here(engine: Engine, operator: httpx.Client) -> None:
    notes.write(engine, notes.PAUSED_BY_PAGE, "Home/switch says: stop")
    page = operator.get("/status").text
    assert "Home/switch says: stop. Write <code>run</code> into that page." in page
    assert 'href="/status/resume"' not in page


def test_what_was_put_off_is_tried_now(engine: Engine, operator: httpx.Client) -> None:
    postpone(engine, receive(engine, 1), "503", timedelta(hours=5))
    page = operator.get("/status/try-now").text
    operator.post("/status/try-now", data={"token": token(page)})
    assert next((one.due, one.later) for one in queue.by_stage(engine)) == (1, 0)
    assert audit.latest(engine)[0].detail == "1 jobs"


@pytest.mark.parametrize("action", ["pause", "resume", "try-now"])
def test_nothing_is_done_without_the_token(engine: Engine, operator: httpx.Client, action: str) -> None:
    assert operator.post(f"/status/{action}").status_code == 403
    assert operator.get(f"/status/{action}").status_code == 200
    assert notes.pauses(engine).everything is None
    assert operator.get("/status/explode").status_code == 404


def test_one_step_is_paused_and_goes_on(engine: Engine, operator: httpx.Client) -> None:
    heart = Heart(engine, "gpu-1")
    for role in (POLLER, WORKER):
        heart.start(role, 30)
        heart.beat(role)
    page = operator.get("/status/colorize/pause").text
    assert "Pause colorize?" in page
    assert operator.post("/status/colorize/pause", data={"reason": "x"}).status_code == 403
    got = operator.post("/status/colorize/pause", data={"token": token(page), "reason": f"the model {HOSTILE}"})
    assert (got.status_code, got.headers["location"]) == (303, "/status")
    assert notes.pauses(engine).everything is None
    assert notes.pauses(engine).steps == {"colorize": f"the model {HOSTILE}"}
    page = operator.get("/status").text
    assert "Some steps are paused" in page
    assert HOSTILE not in page
    assert 'href="/status/colorize/resume"' in page
    health = operator.get("/healthz")
    assert (health.status_code, health.json()["status"]) == (200, "paused")
    operator.post("/status/colorize/resume", data={"token": token(page)})
    assert notes.pauses(engine).steps == {}
    assert [(one.action, one.subject) for one in audit.latest(engine)][:2] == [
        ("resume", "colorize"),
        ("pause", "colorize"),
    ]


def test_what_waits_for_a_step_is_cancelled_and_taken_back(engine: Engine, operator: httpx.Client) -> None:
    answer(engine, receive(engine, 1))
    first = receive(engine, 2)
    postpone(engine, first, "503", timedelta(hours=5))
    second = receive(engine, 3)
    jobs.release(engine, "worker", died=False)
    page = operator.get("/status/locate/clear").text
    assert "Cancel 2 jobs before locate?" in text(page)
    got = operator.post("/status/locate/clear", data={"token": token(page)})
    path, _, batch = got.headers["location"].partition("?done=")
    assert (got.status_code, path) == (303, "/status")
    assert {deed.subject for deed in audit.of_batch(engine, batch)} == {f"job {first.id}", f"job {second.id}"}
    assert "2 jobs: cancelled." in text(operator.get(got.headers["location"]).text)
    assert queue.waiting_for(engine, Stage.LOCATE, limit=9) == []
    operator.post(f"/undo/{batch}", data={"token": token(page), "back": "/status"})
    assert [job.id for job in queue.waiting_for(engine, Stage.LOCATE, limit=9)] == [first.id, second.id]
    operator.post("/status/fetch/clear", data={"token": token(page)})
    assert len(queue.waiting_for(engine, Stage.LOCATE, limit=9)) == 2


@pytest.mark.parametrize("path", ["reply/clear", "finish/clear", "locate/explode", "nowhere/pause"])
def test_what_cannot_be_done_to_a_step_is_not_there(operator: httpx.Client, path: str) -> None:
    made = token(operator.get("/status/pause").text)
    assert operator.get(f"/status/{path}").status_code in {404, 422}
    assert operator.post(f"/status/{path}", data={"token": made}).status_code in {404, 422}
