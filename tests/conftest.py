"""What several packages' tests share: databases, and a summons to put into them."""

import gc
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from bot.domain.reddit_types import Source, Summons
from bot.store.database import migrate, open_database
from tests.patience import PATIENCE

pytest_plugins = ["bot.sandbox.pytest_plugin"]

POSTGRES = "COLORIZEBOT_TESTS_POSTGRES"
"""The environment variable that tells pytest's workers the folder of the one server."""


gc.disable()  # until everything is imported and collected; that stays to the end, and looking through it takes seconds


def pytest_collection_finish():
    gc.freeze()
    gc.set_threshold(5_000, 10, 10)  # by default a tenth of the time of tests goes into looking for garbage
    gc.enable()


def pytest_configure(config):
    # Not in pytest's own temporary folder: each session that starts closes that to the user that PostgreSQL runs as.
    if not hasattr(config, "workerinput"):
        os.environ[POSTGRES] = tempfile.mkdtemp(prefix="colorizebot-postgres-")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if "chromium" in item.fixturenames:
            item.add_marker("browser")
    # Files with slow tests first: at the end of a run no worker waits for another that has just begun one of them.
    slow = {item.path for item in items if item.get_closest_marker("slow") or item.get_closest_marker("browser")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_unconfigure(config):
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(POSTGRES))


@pytest.fixture(scope="session", autouse=True)
def compiled_once():
    """SQL is compiled once for all databases of a kind: each test has one, and compiling takes a fifth of its time.

    An engine finds a compiled statement by its dialect, and those of one kind are all alike.
    """
    compiled = LRUCache(2000)
    with pytest.MonkeyPatch.context() as patch:
        for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
            patch.setattr(dialect, "__eq__", lambda self, other: type(self) is type(other))
            patch.setattr(dialect, "__hash__", lambda self: hash(type(self)))
            patch.setattr(dialect, "engine_created", lambda engine: setattr(engine, "_compiled_cache", compiled))
        yield


@pytest.fixture(scope="session")
def postgres():
    """The URL of a real PostgreSQL server, one for all workers."""
    from tests.postgres import running

    with running(Path(os.environ[POSTGRES])) as url:
        yield url


KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=KINDS)
def database_url(request, tmp_path):
    """The URL of an empty database, once for each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.sqlite'}"
        return
    with created(request.getfixturevalue("postgres")) as (url, _):
        yield url


@contextmanager
def created(server_url: str, template: str = "template1") -> Iterator[tuple[str, str]]:
    """URL and name of a new database of PostgreSQL's, a copy of another one to which nobody is connected."""
    server = open_database(server_url)
    admin = server.execution_options(isolation_level="AUTOCOMMIT")
    name = f"t{os.urandom(6).hex()}"
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield server.url.set(database=name).render_as_string(hide_password=False), name
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    """A SQLite file with the bot's tables, to be copied: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("migrated") / "bot.sqlite"
    engine = open_database(f"sqlite:///{path}")
    migrate(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres):
    """The name of such a database of PostgreSQL's."""
    with created(postgres) as (url, name):
        engine = open_database(url)
        migrate(engine)
        engine.dispose()
        yield name


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


@pytest.fixture(params=KINDS)
def engine(request, tmp_path):
    """A migrated database of each kind."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{shutil.copy(request.getfixturevalue('migrated'), tmp_path / 'test.sqlite')}"
        else:
            template = request.getfixturevalue("migrated_postgres")
            url, _ = stack.enter_context(created(request.getfixturevalue("postgres"), template))
        engine = open_database(url)
        yield engine
        engine.dispose()


@pytest.fixture
def sqlite(migrated, tmp_path):
    """A migrated SQLite database alone, for what does not differ by database."""
    engine = open_database(f"sqlite:///{shutil.copy(migrated, tmp_path / 'test.sqlite')}")
    yield engine
    engine.dispose()


@pytest.fixture
def summon():
    """Makes a summons of the given name."""

    def make(fullname="t1_a", **changes):
        values: dict[str, Any] = {
            "source": Source.MENTION,
            "subreddit": "pics",
            "author": "bob",
            "post": "t3_p",
            "body": "u/Bot",
            "title": "A photo",
            "permalink": "/r/pics/comments/p/_/a/",
            "created": datetime.now(UTC),
        }
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
