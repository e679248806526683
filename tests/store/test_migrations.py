import itertools
import subprocess
import sys

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.operations.schemaobj import SchemaObjects
from alembic.runtime.migration import MigrationContext
from sqlalchemy import JSON, Boolean, DateTime, Integer, Numeric, String, event, func, inspect, select, text
from sqlalchemy.exc import IntegrityError

from bot.domain.candidates import Candidate
from bot.domain.health import WORKER
from bot.domain.silence import Reason
from bot.domain.stages import Stage
from bot.store import jobs, operator_tables, pictures, secrets, silences  # noqa: F401 - the tables are not complete without
from bot.store.columns import Base
from bot.store.database import MIGRATIONS, count_rows, migrate, open_database, reason_of
from bot.store.heartbeats import Heart
from bot.store.schema import known
from bot.store.tables import Step


def test_migrations_make_the_tables_that_the_code_describes(engine):
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_migrating_again_changes_nothing(engine):
    before = sorted(inspect(engine).get_table_names())
    migrate(engine)
    assert sorted(inspect(engine).get_table_names()) == before


def test_a_start_without_a_migration_reads_no_rows(engine):
    said = []
    event.listen(engine, "before_cursor_execute", lambda _c, _u, statement, *_: said.append(statement))
    migrate(engine)
    assert any("alembic_version" in statement for statement in said)
    assert not [statement for statement in said if "foreign_key_check" in statement or "BEGIN" in statement]


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


def _indexes(engine):
    """The definition of each index by its name, as the database has it: also of those that SQLAlchemy cannot read."""
    asked = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
        "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    }
    with engine.connect() as connection:
        return dict(connection.execute(text(asked[engine.dialect.name])).all())


def test_every_index_of_the_code_is_made(engine):
    described = {index.name for table in Base.metadata.tables.values() for index in table.indexes}
    assert described - _indexes(engine).keys() == set()


def _downgrade(engine, revision):
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


_OLD_JOB = {
    "source": "mention",
    "subreddit": "pics",
    "author": "ida",
    "post": "t3_a",
    "title": "",
    "body": "u/Bot",
    "permalink": "",
    "received_at": "2026-11-20 10:00:00+00:00",
    "detail": "",
    "attempts": 0,
    "deaths": 0,
    "not_before": "2026-11-20 10:00:00+00:00",
    "photo_fallbacks": "[]",
    "force": False,
}


def _old_job(connection, stage, **values):
    """A job of the first release, with a step; the columns of a result where it is so far."""
    row = {**_OLD_JOB, "summons": f"t1_{stage}", "stage": stage}
    if stage != "locate":
        row["photo_url"] = "https://i.redd.it/a.jpg"
    if stage in {"reply", "finish"}:
        key = f"key-of-{stage}"
        row |= {
            "host": "folder",
            "result_key": key,
            "result_url": f"https://b/{key}.jpg",
            "comparison_url": "https://b",
        }
    row |= values
    columns, places = ", ".join(row), ", ".join(f":{name}" for name in row)
    connection.execute(text(f"INSERT INTO jobs ({columns}) VALUES ({places})"), row)
    connection.execute(
        text(
            "INSERT INTO steps (job_id, stage, started_at, seconds, result, detail)"
            " SELECT id, 'locate', received_at, 0, 'done', '' FROM jobs WHERE summons = :summons"
        ),
        row,
    )


def test_jobs_of_the_first_release_keep_what_belongs_to_them(database_url):
    engine = open_database(database_url)
    migrate(engine, "20261121_first")
    with engine.begin() as connection:
        for stage in ("locate", "fetch", "judge", "colorize", "host", "reply"):
            _old_job(connection, stage)
        _old_job(connection, "finish", outcome="colorized", reply="t1_r")
    migrate(engine)
    with engine.connect() as connection:
        counts = {
            table: connection.scalar(text(f"SELECT count(*) FROM {table}"))
            for table in ("jobs", "steps", "photos", "colourizations", "hosted")
        }
        stages = connection.scalars(text("SELECT stage FROM jobs ORDER BY id")).all()
        shown = connection.scalars(text("SELECT key FROM hosted JOIN colourizations ON hosted_id = hosted.id")).all()
        unwatched = text("SELECT count(*) FROM jobs WHERE reply IS NOT NULL AND replied_at IS NULL")
        assert connection.scalar(unwatched) == 0
    assert counts == {"jobs": 7, "steps": 7, "photos": 2, "colourizations": 2, "hosted": 4}
    assert stages == ["locate"] * 5 + ["reply", "finish"]
    assert sorted(shown) == ["key-of-finish", "key-of-reply"]
    engine.dispose()


def test_perceptual_hashes_go_when_photos_are_known_by_their_pixels(database_url):
    engine = open_database(database_url)
    migrate(engine, "20261126_operator")
    moment = "2026-11-20 10:00:00+00:00"
    with engine.begin() as connection:
        job = {"summons": "t1_a", "source": "mention", "subreddit": "pics", "stage": "finish", "moment": moment}
        connection.execute(
            text(
                "INSERT INTO jobs (summons, source, subreddit, title, body, permalink, received_at, stage, detail,"
                " attempts, deaths, not_before, delivery, nsfw, removal_attempts) VALUES (:summons, :source,"
                " :subreddit, '', '', '', :moment, :stage, '', 0, 0, :moment, 'comment', false, 0)"
            ),
            job,
        )
        connection.execute(
            text(
                "INSERT INTO photos (job_id, number, url, fallbacks, fingerprint)"
                " SELECT id, 1, 'https://i.redd.it/a.jpg', '[]', :hash FROM jobs"
            ),
            {"hash": "f0" * 32},
        )
    migrate(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT url, fingerprint FROM photos")).all() == [
            ("https://i.redd.it/a.jpg", None)
        ]
    assert "photos_by_fingerprint" in {index["name"] for index in inspect(engine).get_indexes("photos")}
    _downgrade(engine, "20261126_operator")
    assert "photos_by_fingerprint" not in {index["name"] for index in inspect(engine).get_indexes("photos")}
    migrate(engine)
    engine.dispose()


def fill_empty_tables(engine):
    """Put a row into each table that has none, so that no migration meets an empty one."""
    samples = {Boolean: False, Integer: 1, Numeric: 1.0, DateTime: jobs.now(), JSON: {}, String: "x"}
    with engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            if connection.scalar(select(func.count()).select_from(table)) == 0:
                kinds = {column.name: getattr(column.type, "impl", column.type) for column in table.columns}
                row = {
                    name: next(samples[of] for of in samples if isinstance(kind, of)) for name, kind in kinds.items()
                }
                connection.execute(table.insert().values(row))


def test_every_migration_goes_down_and_up_again_with_data_in_it(engine, summon):
    assert jobs.receive(engine, [summon("t1_a"), summon("t1_b", post="t3_q")]) == 2
    job = jobs.claim(engine, "w")
    pictures.set_photos(engine, job, {1: Candidate("https://i.redd.it/a.jpg")})
    [photo] = pictures.photos_of(engine, job)
    pictures.plan(engine, photo, "{}", 1)
    [(made, _)] = pictures.colourizations_of(engine, photo)
    pictures.reserve(engine, made, "folder")
    step = Step(job_id=job.id, stage=job.stage, started_at=jobs.now(), seconds=0.1, result="done", detail="")
    jobs.advance(engine, job, step, Stage.HOST, {"wanted": {"variants": 1}})
    silences.silence(engine, silences.USER, "ida", Reason.ASKED)
    Heart(engine, "w").start(WORKER, 10)
    fill_empty_tables(engine)
    *revisions, first = known()
    at_head = _indexes(engine)
    for newer, older in itertools.pairwise(revisions):
        before = _indexes(engine)
        _downgrade(engine, older)
        migrate(engine, newer)
        assert _indexes(engine) == before, newer
        _downgrade(engine, older)
    with pytest.raises(NotImplementedError, match="restore the backup"):
        _downgrade(engine, first)
    migrate(engine)
    assert _indexes(engine) == at_head
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        assert connection.execute(text("SELECT summons, stage FROM jobs ORDER BY id")).all() == [
            ("t1_a", "host"),
            ("t1_b", "locate"),
        ]
        assert connection.scalar(text("SELECT count(*) FROM steps")) == 1
    assert jobs.claim(engine, "x").summons == "t1_b"


@pytest.mark.postgres
def test_a_server_that_falls_silent_is_given_up_unless_its_url_says_otherwise(postgres):
    for url, idle in ((postgres, "10"), (f"{postgres}&keepalives_idle=60", "60")):
        engine = open_database(url)
        with engine.connect() as connection:
            said = connection.connection.dbapi_connection.info.get_parameters()
        engine.dispose()
        assert (said["keepalives_idle"], said["connect_timeout"], said["tcp_user_timeout"]) == (idle, "10", "25000")


def test_sqlite_waits_for_locks_and_logs_ahead(tmp_path):
    engine = open_database(f"sqlite:///{tmp_path}/new/folder/db.sqlite")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()


def test_counting_rows_changes_which_index_is_read_also_by_who_was_connected(sqlite):
    with sqlite.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE seen (first INTEGER, second INTEGER)")
        connection.exec_driver_sql("CREATE INDEX by_second ON seen (second)")
        connection.exec_driver_sql("CREATE INDEX by_first ON seen (first)")
    count_rows(sqlite)

    def index():
        with sqlite.connect() as connection:
            return connection.exec_driver_sql("EXPLAIN QUERY PLAN SELECT * FROM seen WHERE first=1 AND second=1").one()[
                3
            ]

    with sqlite.connect(), sqlite.begin() as connection:  # two connections, of which one is handed out again
        connection.execute(text("INSERT INTO seen VALUES (1, :second)"), [{"second": n} for n in range(2000)])
    assert index() == "SEARCH seen USING INDEX by_first (first=?)"
    count_rows(sqlite)
    assert index() == "SEARCH seen USING INDEX by_second (second=?)"


def test_an_error_does_not_quote_what_people_wrote(engine):
    statement = text("INSERT INTO notes (name, value) VALUES (:name, :value)")
    with pytest.raises(IntegrityError) as caught, engine.begin() as connection:
        connection.execute(statement, {"name": "what ida wrote", "value": '"her words"'})  # without its time
    assert "ida" not in reason_of(caught.value)
    assert "changed_at" in reason_of(caught.value)
    assert "hidden" in str(caught.value)


def test_a_secret_is_made_once(engine):
    assert secrets.get_or_create(engine, "key", lambda: "made") == ("made", True)
    assert secrets.get_or_create(engine, "key", lambda: "again") == ("made", False)
    secrets.replace(engine, "key", "new")
    assert secrets.get_or_create(engine, "key", lambda: "again") == ("new", False)


def test_moderators_of_an_earlier_version_are_not_told_again(engine):
    _downgrade(engine, "20261126_same_pixels")
    inspector = inspect(engine)
    assert "moderator_answers" not in inspector.get_table_names()
    assert {"told", "conversation"}.isdisjoint(column["name"] for column in inspector.get_columns("subreddits"))
    columns = "name, joined_at, rules, revision, over_18, inline_pictures"
    values = "'pics', '2026-11-20 10:00:00+00:00', '', 'rev1', false, false"
    with engine.begin() as connection:
        connection.execute(text(f"INSERT INTO subreddits ({columns}) VALUES ({values})"))
    migrate(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT told FROM subreddits")) == "rev1"


def test_the_newest_migration_can_be_undone(engine):
    _downgrade(engine, "20261121_photos")
    assert {"audit", "heartbeats", "login_sessions", "outages"}.isdisjoint(inspect(engine).get_table_names())
    migrate(engine)
    assert "audit" in inspect(engine).get_table_names()
