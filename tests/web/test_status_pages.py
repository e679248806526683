import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import Engine

from bot.domain.health import POLLER, WORKER
from bot.store import audit, notes, outages, queue
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
    assert notes.why_paused(engine) == "the colours are wrong"
    page = operator.get("/status").text
    assert "Paused here: the colours are wrong" in page
    assert 'href="/status/resume"' in page
    operator.post("/status/resume", data={"token": token(page)})
    assert notes.why_paused(engine) is None
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
    assert notes.why_paused(engine) is None
    assert operator.get("/status/explode").status_code == 404
