"""A running sandbox and real PRAW clients for it."""

import io
from collections.abc import Callable, Iterator

import praw
import pytest
from PIL import Image

from bot.sandbox.server import Sandbox


@pytest.fixture(scope="session")
def png() -> bytes:
    """A small grey picture."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((300, 200)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        running.world.add_user("bot")
        running.world.add_subreddit("pics", moderators=["mod"])
        yield running


@pytest.fixture
def login(sandbox: Sandbox) -> Iterator[Callable[..., praw.Reddit]]:
    """Logs a user in with the real PRAW, uploads and all."""
    sessions = []

    def make(user: str = "bot", **changes: object) -> praw.Reddit:
        sessions.append(sandbox.upload_session())
        settings = sandbox.praw_settings(user) | changes
        return praw.Reddit(**settings, requestor_kwargs={"session": sessions[-1]})

    yield make
    for session in sessions:
        session.close()


@pytest.fixture
def reddit(login: Callable[..., praw.Reddit]) -> praw.Reddit:
    return login("bot")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, value in report.user_properties:
            if name == "fidelity":
                terminalreporter.write_line(str(value))
