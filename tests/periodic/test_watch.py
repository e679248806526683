"""Telling an operator that the bot is silent, by a real webhook."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from sqlalchemy import Engine, update

from bot.domain.health import POLLER, WORKER
from bot.domain.silence_alarm import HOLD, reasons
from bot.periodic.watch import Watcher, apprise_notifier
from bot.store import jobs, notes, outages
from bot.store.heartbeats import Heart
from bot.store.tables import Job


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Hook:
    """A webhook that writes down what it is sent."""

    def __init__(self) -> None:
        self.received: list[tuple[str, str]] = []
        self.status = 200
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                hook.received.append((sent["title"], sent["message"]))
                self.send_response(hook.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"json://127.0.0.1:{self._server.server_port}/"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def hook() -> Iterator[Hook]:
    hook = Hook()
    yield hook
    hook.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watcher(engine: Engine, hook: Hook, clock: Clock) -> Watcher:
    notify = apprise_notifier([hook.url])
    return Watcher(engine, notify, silent_after=1200, where="https://bot.example/status", clock=clock)


def beat(engine: Engine) -> None:
    heart = Heart(engine, "one")
    heart.start(POLLER, 30)
    heart.start(WORKER, 10)


def test_an_outage_is_told_once_and_so_is_its_end(engine: Engine, watcher: Watcher, hook: Hook, clock: Clock) -> None:
    watcher.look()
    assert outages.present(engine) is None  # a restart is no outage
    clock.now += HOLD
    watcher.look()
    watcher.look()
    [(title, message)] = hook.received
    assert title == "ColorizeBot is silent"
    assert "nothing polls Reddit: no process has begun to" in message
    assert "https://bot.example/status" in message
    beat(engine)
    watcher.look()
    watcher.look()
    assert [title for title, _ in hook.received] == ["ColorizeBot is silent", "ColorizeBot is well again"]
    outage = outages.latest(engine)[0]
    assert outage.ended_at is not None
    assert outage.told_at is not None


def test_summonses_that_wait_without_an_answer_are_an_outage(
    engine: Engine, watcher: Watcher, hook: Hook, clock: Clock, summon
) -> None:
    beat(engine)
    jobs.receive(engine, [summon()])
    watcher.look()
    with engine.begin() as connection:
        connection.execute(update(Job).values(received_at=jobs.now() - timedelta(minutes=21)))
    notes.write(engine, notes.PAUSED, "the colours are wrong")
    watcher.look()
    clock.now += HOLD
    watcher.look()
    assert hook.received == []  # who has paused it knows
    notes.write(engine, notes.PAUSED, None)
    watcher.look()
    clock.now += HOLD
    watcher.look()
    assert "1 summonses wait, the oldest for 21 min, and nobody was ever answered" in hook.received[0][1]


def test_what_could_not_be_sent_is_sent_at_the_next_look(
    engine: Engine, watcher: Watcher, hook: Hook, clock: Clock
) -> None:
    hook.status = 500
    watcher.look()
    clock.now += HOLD
    watcher.look()
    hook.status = 200
    watcher.look()
    watcher.look()
    assert len(hook.received) == 2
    assert outages.latest(engine)[0].told_at is not None


def test_without_an_address_outages_are_noted(engine: Engine, clock: Clock) -> None:
    watcher = Watcher(engine, None, silent_after=1200, clock=clock)
    watcher.look()
    clock.now += HOLD
    watcher.look()
    assert [one.told_at for one in outages.latest(engine)] == [None]


def test_an_address_that_cannot_be_meant_is_refused_without_being_shown() -> None:
    with pytest.raises(ValueError, match="number 2 is not an address") as caught:
        apprise_notifier(["json://localhost", "password@nowhere"])
    assert "password" not in str(caught.value)


def test_an_answer_of_late_is_no_silence() -> None:
    late = partial(reasons, paused=False, waiting=3, oldest=5000.0, silent_after=1200.0)
    assert late([], last_reply=60.0) == []
    assert late([], last_reply=1300.0) == [
        "3 summonses wait, the oldest for 83 min, and the last answer was 22 min ago"
    ]
    assert late(["nothing polls"], last_reply=1300.0) == ["nothing polls"]
