import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.operations.schemaobj import SchemaObjects
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from bot.store import secrets
from bot.store.database import migrate, open_database
from bot.store.tables import Base


def test_migrations_make_the_tables_that_the_code_describes(engine):
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_migrating_again_changes_nothing(engine):
    before = sorted(inspect(engine).get_table_names())
    migrate(engine)
    assert sorted(inspect(engine).get_table_names()) == before


def test_several_processes_may_migrate_at_once(database_url):
    code = "import sys; from bot.store.database import *; migrate(open_database(sys.argv[1]))"
    started = [
        subprocess.Popen([sys.executable, "-c", code, database_url], stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    results = [(process.communicate()[1], process.returncode) for process in started]
    assert [code for _, code in results] == [0, 0, 0], results


def test_a_migration_is_all_or_nothing(database_url, monkeypatch):
    engine = open_database(database_url)
    real = SchemaObjects.table

    def fail_at_the_second(self, name, *columns, **options):
        if name == "secrets":
            raise KeyboardInterrupt
        return real(self, name, *columns, **options)

    with monkeypatch.context() as patched:
        patched.setattr(SchemaObjects, "table", fail_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            migrate(engine)
    assert inspect(engine).get_table_names() == []
    migrate(engine)
    assert "secrets" in inspect(engine).get_table_names()
    engine.dispose()


def test_sqlite_waits_for_locks_and_logs_ahead(tmp_path):
    engine = open_database(f"sqlite:///{tmp_path}/new/folder/db.sqlite")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()


def test_a_secret_is_made_once(engine):
    assert secrets.get_or_create(engine, "key", lambda: "made") == ("made", True)
    assert secrets.get_or_create(engine, "key", lambda: "again") == ("made", False)
    secrets.replace(engine, "key", "new")
    assert secrets.get_or_create(engine, "key", lambda: "again") == ("new", False)
