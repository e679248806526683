"""Fixtures for tests against a running sandbox, for pytest; found by pytest when `reddit-sandbox` is installed."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import praw

    from .server import Sandbox
    from .world import World


@pytest.fixture
def world() -> "World":
    """An empty Reddit. Override this fixture to fill it; `sandbox` then serves yours."""
    from .world import World

    return World(calls_per_window=1_000_000)


@pytest.fixture(scope="session")
def sandbox_server() -> Iterator["Sandbox"]:
    """One server for all tests: starting one for each would take longer than most of them."""
    from .server import Sandbox

    with Sandbox() as running:
        yield running


@pytest.fixture
def sandbox(world: "World", sandbox_server: "Sandbox", monkeypatch: pytest.MonkeyPatch) -> Iterator["Sandbox"]:
    """`world` over HTTP. Whoever still asks after the test finds an empty world.

    PRAW repeats a failed request at once; on Reddit it waits up to six seconds, for which it has no setting.
    """
    from .world import World

    with suppress(ImportError):
        from prawcore.sessions import FiniteRetryStrategy

        monkeypatch.setattr(FiniteRetryStrategy, "_sleep_seconds", lambda _: None)
    sandbox_server.show(world)
    for name, value in sandbox_server.environment().items():
        monkeypatch.setenv(name, value)
    yield sandbox_server
    sandbox_server.show(World())


@pytest.fixture
def login(sandbox: "Sandbox") -> Iterator[Callable[..., "praw.Reddit"]]:
    """`login("NAME")` is a `praw.Reddit` of that account; other arguments go to `praw.Reddit` too."""
    import praw
    import requests

    with requests.Session() as session:

        def log_in(user: str = "bot", **changes: Any) -> praw.Reddit:
            settings = sandbox.praw_settings(user) | {"requestor_kwargs": {"session": session}}
            return praw.Reddit(**settings | changes)

        yield log_in
