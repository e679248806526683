"""What goes wrong at the first start is one line that names the setting and the remedy."""

import logging
import sqlite3
import sys

import pytest
import structlog

from bot.cli import main
from bot.demo.posts import BOT, PASSWORD
from bot.store.database import migrate, open_database


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def colorizebot(monkeypatch, capsys):
    """Runs the command as its user does; gives exit status and what it said on standard error."""

    def run(*arguments, **settings):
        values = {
            "reddit__client_id": "sandbox_client",
            "reddit__client_secret": "sandbox_secret",
            "reddit__username": BOT,
            "reddit__password": PASSWORD,
            "reddit__operator": "alice",
            "reddit__oauth_url": "http://127.0.0.1:9",
            "reddit__reddit_url": "http://127.0.0.1:9",
        }
        for name, value in {**values, **settings}.items():
            monkeypatch.setenv(f"COLORIZEBOT_{name.upper()}", str(value))
        monkeypatch.setattr(sys, "argv", ["colorizebot", *arguments])
        try:
            main()
        except SystemExit as ended:
            return ended.code, capsys.readouterr().err
        return 0, capsys.readouterr().err

    return run


def one_line(said):
    """The line that the command ends with, which must be all that it says."""
    assert said.count("\n") == 1, said
    assert said.startswith("colorizebot: ")
    return said


CHANGING = [["run"], ["worker"], ["web"], ["once"], ["migrate"], ["password"]]
LOOKING = [["status"], ["log"], ["retry", "1"], ["pause"], ["resume"], ["purge", "--user", "ida", "--yes"]]
EVERY = [*CHANGING, *LOOKING]


@pytest.mark.parametrize("command", [*EVERY, ["backup"]], ids=" ".join)
def test_another_kind_of_database(colorizebot, command):
    for url in ("mysql://bot:s3cret@localhost/bot", "postgres://bot:s3cret@localhost/bot"):
        code, said = colorizebot(*command, database_url=url)
        assert code == 2
        assert "database_url: " in one_line(said)
        assert "postgresql://user:password@host/name" in said
        assert "s3cret" not in said


@pytest.mark.parametrize("command", [["migrate"], ["password"], ["web"], *LOOKING], ids=" ".join)
def test_a_server_that_is_down(colorizebot, command):
    code, said = colorizebot(*command, database_url="postgresql://bot:s3cret@127.0.0.1:9/bot")
    assert code == 2
    assert "database_url: the database does not answer" in one_line(said)
    assert "is its server running" in said
    assert "s3cret" not in said


@pytest.mark.parametrize("url", ["postgresql://bot@127.0.0.1:many/bot", "nonsense", "postgresql+psycopg2://h/bot"])
def test_an_address_that_is_none(colorizebot, url):
    code, said = colorizebot("migrate", database_url=url)
    assert code == 2
    assert "database_url: " in one_line(said)


@pytest.mark.postgres
def test_a_database_that_the_server_does_not_have(colorizebot, postgres):
    code, said = colorizebot("migrate", database_url=f"{postgres.rpartition('/')[0]}/nosuchdatabase")
    assert code == 2
    assert "database_url: " in one_line(said)


def test_a_missing_driver(colorizebot, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    code, said = colorizebot("migrate", database_url="postgresql://bot@127.0.0.1:9/bot")
    assert code == 2
    assert "database_url: the driver for PostgreSQL is missing" in one_line(said)
    assert "pip install 'colorizebot[postgres]'" in said


@pytest.mark.parametrize("command", CHANGING, ids=" ".join)
def test_data_dir_below_a_file(colorizebot, tmp_path, command):
    (tmp_path / "file").touch()
    code, said = colorizebot(*command, data_dir=tmp_path / "file" / "data")
    assert code == 2
    assert "data_dir: " in one_line(said)
    assert "set data_dir to a folder that the bot may write" in said


def test_data_dir_where_nobody_may_write(colorizebot):
    code, said = colorizebot("migrate", data_dir="/proc/colorizebot")
    assert code == 2
    assert "data_dir: the folder /proc/colorizebot cannot be made" in one_line(said)


@pytest.mark.parametrize("command", [["migrate"], ["password"], ["web"], *LOOKING], ids=" ".join)
def test_a_broken_sqlite_file(colorizebot, tmp_path, command):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "colorizebot.sqlite").write_bytes(b"not a database at all " * 500)
    code, said = colorizebot(*command, data_dir=tmp_path / "data")
    assert code == 2
    assert "data_dir is damaged" in one_line(said)
    assert "`colorizebot restore FILE`" in said


def test_a_folder_in_the_place_of_the_sqlite_file(colorizebot, tmp_path):
    (tmp_path / "data" / "colorizebot.sqlite").mkdir(parents=True)
    code, said = colorizebot("migrate", data_dir=tmp_path / "data")
    assert code == 2
    assert "the SQLite file below data_dir cannot be used" in one_line(said)


@pytest.mark.parametrize("command", [["migrate"], ["password"], ["web"], ["status"]], ids=" ".join)
def test_tables_of_a_newer_version(colorizebot, tmp_path, command):
    engine = open_database(f"sqlite:///{tmp_path}/data/colorizebot.sqlite")
    migrate(engine)
    engine.dispose()
    with sqlite3.connect(tmp_path / "data" / "colorizebot.sqlite") as database:
        database.execute("UPDATE alembic_version SET version_num = '20991231_unheard_of'")
    database.close()
    code, said = colorizebot(*command, data_dir=tmp_path / "data")
    assert code == 2
    assert "the tables are of another version" in one_line(said)
