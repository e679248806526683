"""What PostgreSQL says of damaged files, and what the bot names by it."""

import pytest
from sqlalchemy import text

from bot.store import damage, damaged_pages
from bot.store.database import open_database
from tests.conftest import created


@pytest.fixture(scope="module")
def server(postgres, migrated_postgres):
    """A database with the bot's tables."""
    with created(postgres, migrated_postgres) as (url, _):
        engine = open_database(url)
        yield engine
        engine.dispose()


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("invalid page in block 7 of relation {photos}", None),  # which reading the rows shows
        ('invalid page in block 7 of relation "{photos_pkey}"', "index photos_pkey of photos"),
        ("invalid page in block 7 of relation {photos_pkey}", "index photos_pkey of photos"),
        ('index "photos_pkey" contains unexpected zero page at block 0', "index photos_pkey of photos"),
        ('could not read blocks 3..3 in file "{photos}": read only 0 of 8192 bytes', "photos"),
        ('could not open file "{photos}": No such file or directory', "photos"),
        ('could not read block 3 in file "{long}": Input/output error', "photos"),
        ("missing chunk number 0 for toast value 17 in pg_toast_{number}", None),
        ("out of memory", None),
    ],
)
def test_the_table_or_index_of_a_message_is_named(server, said, named):
    with server.connect() as connection:
        path = "SELECT pg_relation_filepath(CAST(:name AS regclass))"
        paths = {name: connection.scalar(text(path), {"name": name}) for name in ("photos", "photos_pkey")}
        long = "SELECT pg_relation_filepath(reltoastrelid) FROM pg_class WHERE relname = 'photos'"
        number = connection.scalar(text("SELECT oid FROM pg_class WHERE relname = 'photos'"))
        message = said.format(**paths, long=connection.scalar(text(long)), number=number)
    assert list(damaged_pages.look(server, {}, message)[0]) == ([named] if named else [])


@pytest.mark.postgres
def test_a_damaged_index_is_named_until_it_is_made_anew(server):
    said = 'index "photos_pkey" is not a btree'
    found, _ = damaged_pages.look(server, {}, said)
    assert list(found) == ["index photos_pkey of photos"]
    assert damaged_pages.look(server, found, "") == (found, [])
    with server.begin() as connection:
        connection.execute(text("REINDEX TABLE photos"))
    assert damaged_pages.look(server, found, "") == ({}, [])


@pytest.mark.postgres
def test_what_is_not_read_in_time_is_named_and_stays_noted(server):
    with server.begin() as connection:
        slow = "SELECT pg_sleep(300)::text"
        connection.execute(text(f"CREATE FUNCTION slow(notes) RETURNS text LANGUAGE sql AS '{slow}'"))
        connection.execute(text("CREATE CAST (notes AS text) WITH FUNCTION slow(notes)"))
        connection.execute(text("INSERT INTO notes (name, value, changed_at) VALUES ('a', '1', now())"))
    found, unread = damaged_pages.look(server, {"notes": None}, "", 1.0)
    assert found == {"notes": None}
    assert "notes" in unread


def test_a_sqlite_file_that_is_not_read_in_time_is_said_to_be_unread(sqlite):
    with sqlite.begin() as connection:
        rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
        connection.exec_driver_sql(f"{rows} INSERT INTO notes SELECT 'note' || i, '1', '2026-01-01' FROM n")
    assert damage.look(sqlite, seconds=-1) == ([], ["the SQLite file to its end"])
    assert damage.look(sqlite) == ([], [])
