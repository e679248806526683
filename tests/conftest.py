"""What several packages' tests share: databases, and a summons to put into them."""

import logging
import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import text

from bot.domain.reddit_types import Source, Summons
from bot.store.database import migrate, open_database
from tests.patience import PATIENCE

pytest_plugins = ["bot.sandbox.pytest_plugin"]

POSTGRES = "COLORIZEBOT_TESTS_POSTGRES"
"""The environment variable that tells pytest's workers the folder of the one server."""


def pytest_configure(config):
    # Not in pytest's own temporary folder: each session that starts closes that to the user that PostgreSQL runs as.
    if not hasattr(config, "workerinput"):
        os.environ[POSTGRES] = tempfile.mkdtemp(prefix="colorizebot-postgres-")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if "chromium" in item.fixturenames:
            item.add_marker("browser")


def pytest_unconfigure(config):
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(POSTGRES))


@pytest.fixture(scope="session")
def postgres():
    """The URL of a real PostgreSQL server, one for all workers."""
    from tests.postgres import running

    with running(Path(os.environ[POSTGRES])) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request, tmp_path):
    """The URL of an empty database, once for each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.sqlite'}"
        return
    server = open_database(request.getfixturevalue("postgres"))
    admin = server.execution_options(isolation_level="AUTOCOMMIT")
    name = f"t{os.urandom(6).hex()}"
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(scope="module")
def chromium():
    """Debian's browser, for pages as people see them."""
    from playwright.sync_api import expect, sync_playwright

    program = Path("/usr/bin/chromium")
    if not program.exists():
        pytest.skip(f"{program} is not installed")
    expect.set_options(timeout=1000 * PATIENCE)
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags, timeout=1000 * PATIENCE)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """Opens an empty page in a window of its own; arguments as for Playwright's `Browser.new_page`.

    A page must not complain: of an error in a script, a missing file, or what the Content-Security-Policy refused. Ask
    for the server first, so that it outlives the pages.
    """
    pages, complaints = [], []

    def make(**options):
        page = chromium.new_page(**options)
        page.set_default_timeout(1000 * PATIENCE)
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        pages.append(page)
        return page

    yield make
    for page in pages:
        page.close()
    assert complaints == []


@pytest.fixture
def engine(database_url):
    """A migrated database of each kind."""
    engine = open_database(database_url)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def summon():
    """Makes a summons of the given name."""

    def make(fullname="t1_a", **changes):
        values: dict[str, Any] = {
            "source": Source.MENTION, "subreddit": "pics", "author": "bob", "post": "t3_p", "body": "u/Bot",
            "title": "A photo", "permalink": "/r/pics/comments/p/_/a/", "created": datetime.now(UTC),
        }  # fmt: skip
        return Summons(fullname, **(values | changes))

    return make


@pytest.fixture
def restored_logs():
    """Puts logging back as it was, for tests of commands that set it up."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
