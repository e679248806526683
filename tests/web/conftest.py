from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from sqlalchemy import Engine

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


@pytest.fixture
def address(app: FastAPI, password: str) -> Iterator[str]:
    """The web process, served over HTTP."""
    with BackgroundServer(lambda _: app) as server:
        yield server.url


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
