import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.app.lock import only_process
from bot.periodic import backups
from bot.periodic.backups import BackupFailed, fault_of
from bot.settings import load_settings
from bot.store import jobs, notes
from bot.store.database import migrate, open_database

HOURS = timedelta(hours=12)


def numbers(path):
    with closing(sqlite3.connect(path)) as database:
        return [row[0] for row in database.execute("SELECT summons FROM jobs ORDER BY id")]


def test_a_copy_is_of_one_moment_while_the_bot_writes(stored, tmp_path):
    """Another connection writes between any two parts of it; it neither starts again nor mixes two moments."""
    with stored.begin() as connection:
        connection.execute(text("CREATE TABLE filler (a BLOB)"))
        connection.execute(text("CREATE TABLE counted (n INTEGER)"))
        connection.execute(text("INSERT INTO filler VALUES (zeroblob(8000000))"))
        connection.execute(text("INSERT INTO counted VALUES (0)"))
    seen = []
    with closing(sqlite3.connect(stored.url.database)) as other:

        def write(done, total):
            assert len(seen) < 20, "it starts again and again"
            seen.append((done, total))
            with other:
                other.execute("UPDATE counted SET n = n + 1")
                other.execute("INSERT INTO counted VALUES (1)")

        copy = backups.back_up(stored, tmp_path / "copy.sqlite", write)
        assert other.execute("SELECT count(*) FROM counted").fetchone() == (len(seen) + 1,)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] == seen[-1][1]
    assert len(seen) >= 3
    assert fault_of(copy) is None
    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("SELECT n FROM counted").fetchall() == [(0,)]


def test_a_copy_is_one_private_file(stored, tmp_path, summon):
    jobs.receive(stored, [summon("t1_a")])
    copy = backups.back_up(stored, tmp_path / "folder" / "copy.sqlite")
    assert [path.name for path in copy.parent.iterdir()] == ["copy.sqlite"]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert numbers(copy) == ["t1_a"]
    assert notes.moment(stored, notes.LAST_BACKUP) is not None


def test_nothing_is_overwritten(stored, tmp_path):
    (tmp_path / "precious").write_text("keep me")
    with pytest.raises(BackupFailed, match="is there already"):
        backups.back_up(stored, tmp_path / "precious")
    assert (tmp_path / "precious").read_text() == "keep me"


def test_a_damaged_database_makes_no_copy(stored, tmp_path, summon):
    jobs.receive(stored, [summon(f"t1_{number}") for number in range(50)])
    with stored.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    stored.dispose()
    file = Path(stored.url.database)
    content = bytearray(file.read_bytes())
    content[5 * 4096 : 9 * 4096] = b"\x5a" * (4 * 4096)
    file.write_bytes(content)
    with pytest.raises(BackupFailed, match=r"damaged|malformed"):
        backups.back_up(stored, tmp_path / "copy.sqlite")
    assert not list(tmp_path.glob("copy*"))


def test_the_round_copies_when_it_is_time_and_keeps_the_newest(stored, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "mine.sqlite").write_text("not the bot's")
    for day in range(3):
        (folder / f"colorizebot-2026110{day}-000000.sqlite").write_text("old")
    made = backups.run(stored, folder, every=HOURS, keep=2)
    assert sorted(path.name for path in folder.iterdir()) == [
        "colorizebot-20261102-000000.sqlite",
        made.name,
        "mine.sqlite",
    ]
    assert backups.run(stored, folder, every=HOURS, keep=2) is None
    notes.write(stored, notes.LAST_BACKUP, (jobs.now() - HOURS).isoformat())
    made.unlink()
    assert backups.run(stored, folder, every=HOURS, keep=2) is not None
    notes.write(stored, notes.LAST_BACKUP, None)
    assert backups.run(stored, folder, every=timedelta(0), keep=2) is None


def test_postgresql_is_left_to_its_own_tool(configured, command, tmp_path):
    configured(top={"database_url": "postgresql://bot:s3cretpw@db.example/colour"})
    code, said = command("backup")
    assert code == 2
    assert "pg_dump --format=custom --file=FILE 'postgresql://bot@db.example/colour'" in said
    assert "s3cretpw" not in said
    (tmp_path / "copy").touch()
    code, said = command("restore", tmp_path / "copy", "--yes")
    assert (code, "pg_restore" in said) == (2, True)


def test_backup_and_restore_by_command(stored, config, command, tmp_path, summon):
    jobs.receive(stored, [summon("t1_before")])
    code, said = command("backup", tmp_path / "copies", "--keep", 1)
    assert code == 0
    copy = Path(said.split(";")[0].strip())
    jobs.receive(stored, [summon("t1_after")])
    stored.dispose()
    code, said = command("restore", copy, answer="n\n")
    assert code == 1
    assert numbers(stored.url.database) == ["t1_before", "t1_after"]
    code, said = command("restore", copy, "--yes")
    assert code == 0, said
    assert numbers(stored.url.database) == ["t1_before"]
    kept = Path(said.rpartition(" is ")[2].strip())
    assert numbers(kept) == ["t1_before", "t1_after"]
    assert numbers(copy) == ["t1_before"]


def test_a_named_file_is_the_copy(stored, command, tmp_path):
    assert command("backup", tmp_path / "one.sqlite") == (0, f"{tmp_path / 'one.sqlite'}\n")
    code, said = command("backup", tmp_path / "one.sqlite")
    assert (code, "is there already" in said) == (2, True)


def test_restore_refuses_while_a_bot_runs(stored, config, command, tmp_path):
    copy = backups.back_up(stored, tmp_path / "copy.sqlite")
    data = load_settings(config).data_dir
    with only_process(data / "worker-elsewhere.lock"):
        code, said = command("restore", copy, "--yes")
    assert code == 2
    assert "worker-elsewhere.lock" in said
    assert numbers(stored.url.database) == []


def test_restore_refuses_while_another_process_reads(stored, command, tmp_path):
    """Such as `colorizebot web`, which holds no lock."""
    copy = backups.back_up(stored, tmp_path / "copy.sqlite")
    stored.dispose()
    hold = (
        "import sys; from bot.store.database import open_database; from bot.store.jobs import count_open\n"
        "engine = open_database(sys.argv[1]); count_open(engine); print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(stored.url)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "open\n"
        code, said = command("restore", copy, "--yes")
        other.stdin.close()
    assert code == 2
    assert "another process has" in said


def test_restore_takes_only_a_sound_database_of_this_bot(stored, command, tmp_path):
    with closing(sqlite3.connect(tmp_path / "foreign.sqlite")) as database:
        database.execute("CREATE TABLE things (a)")
        database.commit()
    newer = backups.back_up(stored, tmp_path / "newer.sqlite")
    with closing(sqlite3.connect(newer)) as database:
        database.execute("UPDATE alembic_version SET version_num = '20991231_unheard_of'")
        database.commit()
    broken = backups.back_up(stored, tmp_path / "broken.sqlite")
    broken.write_bytes(broken.read_bytes()[:9000])
    (tmp_path / "text.sqlite").write_text("hello, this is no database but a text of some length" * 20)
    before = Path(stored.url.database).read_bytes()
    for name, message in (
        ("foreign", "not a database of this bot"),
        ("newer", "20991231_unheard_of"),
        ("broken", "not a sound SQLite database"),
        ("text", "not a sound SQLite database"),
        ("missing", "there is no file"),
    ):
        code, said = command("restore", tmp_path / f"{name}.sqlite", "--yes")
        assert (code, message in said) == (2, True), said
    assert Path(stored.url.database).read_bytes() == before


def test_a_damaged_database_can_be_replaced(stored, config, command, tmp_path, summon):
    jobs.receive(stored, [summon("t1_a")])
    copy = backups.back_up(stored, tmp_path / "copy.sqlite")
    stored.dispose()
    Path(stored.url.database).write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    assert command("restore", copy, "--yes")[0] == 0
    assert numbers(stored.url.database) == ["t1_a"]


def test_an_older_database_can_be_backed_up_before_the_upgrade(config, command, tmp_path):
    engine = open_database(load_settings(config).database())
    migrate(engine, "20261121_first")
    engine.dispose()
    code, said = command("backup", tmp_path / "before.sqlite")
    assert code == 0, said
    assert command("status")[0] == 2, "looking must not upgrade"
    assert command("restore", tmp_path / "before.sqlite", "--yes")[0] == 0
