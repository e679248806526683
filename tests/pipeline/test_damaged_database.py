"""A database whose files something has overwritten: said once, in one line, and the bot is not well."""

import os
import random
import threading
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import DatabaseError
from structlog.testing import capture_logs

from bot.demo.posts import BOT
from bot.operations.doctor import Broken
from bot.operations.machine_checks import check_database
from bot.operations.status import status_of
from bot.store import condition, damage, trouble
from bot.store.heartbeats import Pulses
from bot.store.jobs import now
from tests.conftest import created
from tests.patience import PATIENCE, wait_until
from tests.pipeline.endings import outcomes

ONCE = {"retry_seconds": 0, "attempts": 1}
"""A job ends at its first fault, unless it is one that says nothing of the job."""


@contextmanager
def changed(running, change):
    """The database file as `change` makes its bytes, for the time of the block."""
    with running.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    running.engine.dispose()
    file = running.settings.data_dir / "colorizebot.sqlite"
    good = file.read_bytes()
    file.write_bytes(change(good))
    try:
        yield
    finally:
        running.engine.dispose()
        file.write_bytes(good)


def noise(good, begin, end):
    return good[:begin] + random.Random(1).randbytes(end - begin) + good[end:]


def overwritten(running):
    """The middle half of the file is noise."""

    def change(good):
        quarter = len(good) // 4
        return noise(good, quarter, 3 * quarter)

    return changed(running, change)


@pytest.mark.slow
def test_an_overwritten_database_is_said_once_and_the_bot_is_not_well(world, asked, bot, monkeypatch, caplog):
    monkeypatch.setattr(trouble, "_said", {})
    with bot() as running, running.web(BOT) as (url, _):
        assert outcomes(running) == ["colorized"]
        with overwritten(running), capture_logs() as lines:
            for _ in range(2):
                assert running.poll() is None
                assert not running.work()
                for task in running.periodic.registry:
                    running.periodic.run(task)
                with httpx.Client(base_url=url, trust_env=False, timeout=PATIENCE) as browser:
                    health = browser.get("/healthz")
                    page = browser.get("/login")
            failures = [line for line in lines if "colorizebot restore FILE" in str(line.get("reason"))]
            assert len(failures) == 1
            assert not [line for line in lines if "exc_info" in line], "no traceback"
            assert not [one for one in caplog.records if one.exc_info]
        assert health.status_code == 503
        assert health.json()["reasons"] == ["the database does not answer"]
        assert (page.status_code, "database does not answer" in page.text) == (500, True)


def one_table_damaged(running, name):
    """The pages of one table are noise."""
    with running.engine.connect() as connection:
        size = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
        root = "SELECT rootpage FROM sqlite_master WHERE type = 'table' AND name = ?"
        page = connection.exec_driver_sql(root, (name,)).scalar_one()
    return changed(running, lambda good: noise(good, (page - 1) * size, page * size))


@pytest.mark.slow
def test_one_damaged_table_is_named_to_the_operator_and_to_nobody_else(world, asked, photo, bot):
    with bot(work=ONCE) as running, running.web(BOT) as (url, _):
        assert outcomes(running) == ["colorized"]
        post = world.post_image("AskForColour", "walter", "Barn", photo, "image/jpeg")
        world.comment(post.fullname, "walter", f"u/{BOT} please")
        running.poll()
        with one_table_damaged(running, "photos"), capture_logs() as lines:
            running.work()
            wait_until(lambda: damage.noted(running.engine))
            health = httpx.get(f"{url}/healthz", trust_env=False, timeout=PATIENCE)
            said = dict(status_of(running.engine, running.settings.data_dir).lines(now()))
            with pytest.raises(Broken, match="damaged: photos") as broken:
                check_database(running.settings)
        named = [line for line in lines if line["event"] == "database_damaged"]
        assert [line["tables"] for line in named] == [["photos"]]
        assert (health.status_code, health.json()["reasons"]) == (503, [condition.DAMAGED])
        assert "photos" not in health.text
        assert "colorizebot restore FILE" in broken.value.todo
        assert said["damaged"].startswith("photos: ")
        check_database(running.settings)  # the file is whole again
        assert damage.noted(running.engine) == []
        assert outcomes(running) == ["colorized", "given_again"]


@contextmanager
def first_page_overwritten(engine, table, relation):
    """The first page of a PostgreSQL table or of its index is noise for the time of the block."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
        # To another place and back, by which the file leaves the server's memory.
        place = f"place{os.urandom(6).hex()}"
        connection.exec_driver_sql("SET allow_in_place_tablespaces = on")
        connection.exec_driver_sql(f"CREATE TABLESPACE {place} LOCATION ''")
        connection.exec_driver_sql(f"ALTER TABLE {relation} SET TABLESPACE {place}")
        connection.exec_driver_sql(f"ALTER TABLE {relation} SET TABLESPACE pg_default")
        connection.exec_driver_sql(f"DROP TABLESPACE {place}")
        data = connection.exec_driver_sql("SHOW data_directory").scalar_one()
        path = connection.exec_driver_sql("SELECT pg_relation_filepath(%s::regclass)", (relation,)).scalar_one()
        file = Path(data) / path
        good = file.read_bytes()
        file.write_bytes(noise(good, 0, 8192))
    yield
    if file.exists():
        file.write_bytes(good)


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize(
    ("relation", "name", "repair"),
    [
        ("photos", "photos", None),
        ("photos_pkey", "index photos_pkey of photos", "REINDEX TABLE photos"),
    ],
)
def test_damage_in_postgresql_is_named_and_loses_nothing(
    world, asked, photo, bot, postgres, migrated_postgres, monkeypatch, caplog, relation, name, repair
):
    monkeypatch.setattr(trouble, "_said", {})
    with created(postgres, migrated_postgres) as (url, _), bot(database=url, work=ONCE) as running:
        assert outcomes(running) == ["colorized"]
        post = world.post_image("AskForColour", "walter", "Barn", photo, "image/jpeg")
        world.comment(post.fullname, "walter", f"u/{BOT} please")
        running.poll()
        with first_page_overwritten(running.engine, "photos", relation), capture_logs() as lines:
            running.work()
            wait_until(lambda: damage.noted(running.engine))
            said = dict(status_of(running.engine, running.settings.data_dir).lines(now()))
            with pytest.raises(Broken, match=f"damaged: {name}$") as broken:
                check_database(running.settings)
            if repair:
                with running.engine.begin() as connection:
                    connection.exec_driver_sql(repair)
        (short,) = (line for line in lines if line["event"] == "shortage")
        assert "REINDEX TABLE" in short["reason"]
        assert not [line for line in lines if "exc_info" in line], "no traceback"
        named = [line for line in lines if line["event"] == "database_damaged"]
        assert [line["tables"] for line in named] == [[name]]
        assert condition.read(running.engine, Pulses(running.engine)).problems[0] == condition.DAMAGED
        assert "pg_restore" in broken.value.todo
        assert said["damaged"].startswith(f"{name}: ")
        check_database(running.settings)  # sound again
        assert damage.noted(running.engine) == []
        assert outcomes(running) == ["colorized", "given_again"]


def test_a_file_that_is_no_database_is_not_searched_for_damaged_tables(tmp_path):
    file = tmp_path / "colorizebot.sqlite"
    file.write_bytes(b"not a database at all " * 500)
    engine = create_engine(f"sqlite:///{file}")
    damage.watch(engine)
    with capture_logs() as lines:
        with engine.connect() as connection, pytest.raises(DatabaseError):
            connection.exec_driver_sql("SELECT * FROM sqlite_master")
        for thread in threading.enumerate():
            if thread.name == "damage":
                thread.join(PATIENCE)
    assert not lines, "who opened it says so, and a command may have ended by then"
