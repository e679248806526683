"""What the tests of the sandbox have in common."""

import io
from collections.abc import Callable

import praw
import pytest
from PIL import Image

from bot.sandbox.world import World


@pytest.fixture(scope="session")
def png() -> bytes:
    """A small grey picture."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((300, 200)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def world(world: World) -> World:
    world.add_user("bot")
    world.add_subreddit("pics", moderators=["mod"])
    return world


@pytest.fixture
def reddit(login: Callable[..., praw.Reddit]) -> praw.Reddit:
    return login("bot")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, value in report.user_properties:
            if name == "fidelity":
                terminalreporter.write_line(str(value))
