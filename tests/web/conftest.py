from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.types import Receive, Scope, Send

from bot.hosting.folder import FolderHost
from bot.serving import BackgroundServer
from bot.store.files import JobFiles
from bot.web import login
from bot.web.app import create_app
from bot.web.login import ensure_password
from tests.patience import PATIENCE


@pytest.fixture
def engine(sqlite: Engine) -> Engine:
    """SQLite alone: the pages do not differ by database, and the store's tests cover both."""
    return sqlite


@pytest.fixture(autouse=True)
def light_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same hash with less work in it: nobody attacks the passwords of these tests."""
    monkeypatch.setattr(login, "_hasher", PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))


@pytest.fixture
def password(engine: Engine) -> str:
    made = ensure_password(engine)
    assert made
    return made


@pytest.fixture
def files(tmp_path: Path) -> JobFiles:
    return JobFiles(tmp_path / "jobs")


@pytest.fixture
def hosted(tmp_path: Path) -> FolderHost:
    return FolderHost(tmp_path / "results", "https://bot.example")


@pytest.fixture
def app(engine: Engine, files: JobFiles, hosted: FolderHost) -> FastAPI:
    return create_app(
        engine=engine,
        files=files,
        hosted=hosted,
        bot_name="ColorizeBot",
        secure_cookies=False,
        reddit_url="https://www.reddit.com/",
    )


class Served:
    """An ASGI application that is another one for each test."""

    app: FastAPI

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@pytest.fixture(scope="session")
def web_server() -> Iterator[tuple[Served, str]]:
    """One server for all tests: to end one takes longer than most of them."""
    served = Served()
    with BackgroundServer(lambda _: served) as server:
        yield served, server.url


@pytest.fixture
def address(app: FastAPI, password: str, web_server: tuple[Served, str]) -> Iterator[str]:
    """The web process, served over HTTP."""
    served, url = web_server
    served.app = app
    yield url
    app.state.stopping.set()  # pages that are told what happens are told no more


@pytest.fixture
def visitor(address: str) -> Iterator[httpx.Client]:
    """A browser that has not logged in."""
    with httpx.Client(base_url=address, trust_env=False, timeout=PATIENCE) as client:
        yield client


@pytest.fixture
def operator(address: str, password: str) -> Iterator[httpx.Client]:
    """A browser that has logged in."""
    with httpx.Client(base_url=address, trust_env=False, timeout=PATIENCE) as client:
        assert client.post("/login", data={"password": password}).status_code == 303
        yield client
