"""Telling an operator by mail, with a real SMTP server that asks for a password; test_watch.py has both databases."""

import email.policy
import socket
from collections.abc import Iterator
from contextlib import closing
from email.message import EmailMessage
from email.parser import BytesParser

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from apprise.plugins.email import NotifyEmail
from sqlalchemy import Engine

from bot.domain.health import POLLER, WORKER
from bot.domain.silence_alarm import HOLD
from bot.periodic.watch import Watcher, apprise_notifier
from bot.store import outages
from bot.store.heartbeats import Heart
from tests.patience import PATIENCE


class Mailbox:
    """Keeps what it is sent; `answer` is what it says to each message."""

    def __init__(self) -> None:
        self.answer = "250 OK"
        self.messages: list[EmailMessage] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802 - its name
        if self.answer.startswith("250"):
            parser = BytesParser(EmailMessage, policy=email.policy.default)
            self.messages.append(parser.parsebytes(envelope.original_content or b""))
        return self.answer


def knows(_server: object, _session: object, _envelope: object, _mechanism: str, data: object) -> AuthResult:
    right = data == LoginPassword(b"bot@example.org", b"right")
    return AuthResult(success=right, handled=False)  # handled: the server itself says no


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """apprise waits five seconds between two mails."""
    monkeypatch.setattr(NotifyEmail, "request_rate_per_sec", 0)


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    box = Mailbox()
    server = Controller(
        box,
        hostname="127.0.0.1",
        port=port,
        authenticator=knows,
        auth_require_tls=False,
        auth_required=True,
        ready_timeout=PATIENCE,
    )
    server.start()
    yield box, port
    server.stop()


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def watching(engine: Engine, port: int, password: str, clock: Clock) -> Watcher:
    address = f"mailto://bot:{password}@127.0.0.1:{port}?user=bot@example.org&from=bot@example.org&to=ida@example.org"
    return Watcher(engine, apprise_notifier([address]), silent_after=1200, where="https://bot.example/s", clock=clock)


def test_an_outage_and_its_end_come_by_mail(sqlite: Engine, mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    clock = Clock()
    watcher = watching(sqlite, port, "right", clock)
    watcher.look()
    box.answer = "451 the disk is full"
    clock.now += HOLD
    watcher.look()
    assert (box.messages, outages.latest(sqlite)[0].told_at) == ([], None)
    box.answer = "250 OK"
    watcher.look()
    watcher.look()
    (message,) = box.messages
    assert message["Subject"] == "ColorizeBot is silent"
    assert (message["To"], "bot@example.org" in message["From"]) == ("ida@example.org", True)
    body = message.get_body(("plain", "html"))
    assert body is not None
    assert "nothing polls Reddit" in body.get_content()
    assert "https://bot.example/s" in body.get_content()
    assert outages.latest(sqlite)[0].told_at is not None
    heart = Heart(sqlite, "one")
    heart.start(POLLER, 30)
    heart.start(WORKER, 10)
    watcher.look()
    assert [one["Subject"] for one in box.messages] == ["ColorizeBot is silent", "ColorizeBot is well again"]


def test_a_wrong_password_is_no_notification(sqlite: Engine, mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    clock = Clock()
    watcher = watching(sqlite, port, "wrong", clock)
    watcher.look()
    clock.now += HOLD
    watcher.look()
    assert (box.messages, outages.latest(sqlite)[0].told_at) == ([], None)
