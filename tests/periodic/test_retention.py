"""What is left of what people wrote, once it is old: nothing, neither in the tables nor in the bytes of the files."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, String, event, select
from sqlalchemy.orm import Session

from bot.domain.aftercare import Removal
from bot.domain.silence import Reason
from bot.periodic import retention as task
from bot.store import jobs, silences
from bot.store.columns import Base
from bot.store.database import migrate, open_database
from bot.store.files import JobFiles
from bot.store.subreddit_tables import Silence
from bot.store.tables import Colourization, Hosted, Job, Photo, Step

KEEP = timedelta(hours=48)

MARK = "Zebedee"
"""Stands in everything that a redditor wrote."""

KEPT = {
    "jobs": {"summons", "source", "post", "stage", "outcome", "claimed_by", "delivery", "reply", "removal"},
    "photos": {"outcome", "verdict", "verdict_numbers", "fingerprint"},
    "colourizations": set(),
    "hosted": {"host", "key", "url", "token", "error"},
    "steps": {"stage", "result"},
}
"""Columns that hold ids, names of the bot's own and numbers. Any other text is taken for somebody's words."""


def written(table, **values):
    """A row in which every text that is not the bot's own is a redditor's."""
    words: dict[str, Any] = {}
    for column in table.__table__.columns:
        if column.name not in KEPT[table.__tablename__] | values.keys():
            if isinstance(column.type, JSON):
                words[column.name] = [f"{MARK} {column.name}"]
            elif isinstance(column.type, String):
                words[column.name] = f"{MARK} {column.name} " + "word " * (0 if column.type.length else 300)
    return table(**words | values)


def put(engine, name, *, age, **values):
    """An answered job of somebody's, with everything that belongs to one."""
    moment = jobs.now() - age
    row = {
        "summons": f"t1_s{name}",
        "source": "mention",
        "subreddit": f"u_{MARK}",
        "post": "t3_p",
        "stage": "finish",
        "outcome": "colorized",
        "received_at": moment,
        "not_before": moment,
        "finished_at": moment,
        "replied_at": moment,
        "reply": f"t1_r{name}",
    } | values
    settings = json.dumps({"like": f"https://i.redd.it/{MARK}.jpg", "model": "compact", "style": "vivid"})
    with Session(engine) as session, session.begin():
        session.add(job := written(Job, **row))
        session.add(hosted := Hosted(host="folder", key=f"key{name}", url=f"https://bot/{name}", created_at=moment))
        session.flush()
        session.add(photo := written(Photo, job_id=job.id, number=1, verdict="grey", fingerprint="f0f0"))
        session.add(written(Step, job_id=job.id, stage="fetch", result="done", started_at=moment, seconds=1.5))
        session.flush()
        session.add(Colourization(photo_id=photo.id, variant=0, settings=settings, hosted_id=hosted.id))
        return job.id


def cells(engine):
    """Every value of every table."""
    tables = Base.metadata.sorted_tables
    with engine.connect() as connection:
        return [value for table in tables for row in connection.execute(select(table)) for value in row]


def of(engine, table):
    with Session(engine) as session:
        return session.scalars(select(table)).one()


def test_nothing_that_anybody_wrote_is_left_in_the_tables(engine):
    put(engine, "a", age=timedelta(hours=49))
    assert sum(MARK in str(value) for value in cells(engine)) > 10
    assert task.run(engine, keep=KEEP) == 1
    assert [value for value in cells(engine) if MARK in str(value)] == []
    assert task.run(engine, keep=KEEP) == 0


def test_what_is_kept(engine):
    put(engine, "a", age=timedelta(hours=49))
    task.run(engine, keep=KEEP)
    job, photo, step, made, hosted = (of(engine, table) for table in (Job, Photo, Step, Colourization, Hosted))
    assert (job.summons, job.post, job.reply, job.outcome, job.removal) == ("t1_sa", "t3_p", "t1_ra", "colorized", None)
    assert (job.subreddit, job.reply_permalink) == ("u_", "/comments/p/_/ra/")
    assert None not in {job.received_at, job.replied_at, job.finished_at, job.forgotten_at}
    assert (photo.verdict, photo.fingerprint) == ("grey", "f0f0")
    assert (step.stage, step.seconds, step.result) == ("fetch", 1.5, "done")
    assert json.loads(made.settings) == {"like": "forgotten", "model": "compact", "style": "vivid"}
    assert (hosted.url, hosted.unwanted_at) == ("https://bot/a", None)


@pytest.mark.parametrize(
    ("delivery", "reply", "link"),
    [
        ("comment", "t1_r", "/comments/p/_/r/"),
        ("message", "t4_r", None),
        ("comment", None, None),
        ("thread", "t1_r", "/r/bot/comments/x/answers/r/"),
    ],
)
def test_the_link_to_a_reply_holds_no_title(engine, delivery, reply, link):
    there = "/r/bot/comments/x/answers/r/" if delivery == "thread" else f"/r/pics/comments/p/{MARK}/r/"
    put(engine, "a", age=KEEP, delivery=delivery, reply=reply, reply_permalink=there, subreddit="pics")
    task.run(engine, keep=KEEP)
    assert (of(engine, Job).reply_permalink, of(engine, Job).subreddit) == (link, "pics")


def test_a_photo_that_got_no_answer_cannot_be_known_again(engine):
    put(engine, "a", age=timedelta(hours=49), outcome="already_colour", replied_at=None, reply=None)
    task.run(engine, keep=KEEP)
    assert of(engine, Photo).fingerprint is None


def test_open_jobs_and_young_ones_are_left_alone(engine):
    put(engine, "open", age=timedelta(days=9), finished_at=None)
    put(engine, "young", age=timedelta(hours=47))
    before = cells(engine)
    assert task.run(engine, keep=KEEP) == 0
    assert cells(engine) == before


def test_a_persons_own_word_stays(engine):
    silences.silence(engine, silences.USER, "ida", Reason.ASKED)
    task.run(engine, keep=KEEP)
    assert of(engine, Silence).name == "ida"


def test_nothing_is_left_in_the_bytes_of_the_files(tmp_path):
    engine, files = open_database(f"sqlite:///{tmp_path / 'db' / 'test.sqlite'}"), JobFiles(tmp_path / "jobs")
    migrate(engine)
    for number in range(150):
        job = put(engine, number, age=timedelta(hours=49))
        with Session(engine) as session, session.begin():  # rows that grew have moved, and left copies behind
            session.get_one(Job, job).body = f"{MARK} " * (number * 20)
    files.write(job, JobFiles.before(1), MARK.encode())
    files.write(999, JobFiles.before(1), MARK.encode())

    def bytes_with_mark():
        """Read beside the open database, its log included."""
        return [path for path in Path(tmp_path).rglob("*") if path.is_file() and MARK.encode() in path.read_bytes()]

    assert len(bytes_with_mark()) >= 3
    assert task.run(engine, keep=KEEP) == 150
    assert task.drop_files(engine, files) == 2
    assert bytes_with_mark() == []
    engine.dispose()
    assert bytes_with_mark() == []


def test_files_of_young_jobs_stay(engine, tmp_path):
    files, job = JobFiles(tmp_path / "jobs"), put(engine, "young", age=timedelta(hours=1))
    assert task.drop_files(engine, files) == 0, "before there is a folder"
    files.write(job, JobFiles.before(1), b"jpeg")
    assert task.drop_files(engine, files) == 0
    assert files.job_ids() == [job]


def test_more_jobs_than_fit_one_batch(engine):
    moment = jobs.now() - timedelta(days=3)
    with Session(engine) as session, session.begin():
        row = {"source": "scan", "subreddit": "pics", "received_at": moment, "not_before": moment}
        session.add_all(Job(summons=f"t3_{i}", author="ida", finished_at=moment, **row) for i in range(1001))
    asked = []
    event.listen(engine, "before_cursor_execute", lambda *seen: asked.append(seen[2]))
    assert task.run(engine, keep=KEEP) == 1001
    assert len(asked) < 30
    assert {job_author for job_author in cells(engine) if job_author == "ida"} == set()


def test_pictures_may_be_kept_for_some_days_only(engine):
    put(engine, "a", age=timedelta(days=31))
    task.run(engine, keep=KEEP, pictures=timedelta(days=30))
    assert of(engine, Job).removal == "expired"


def test_the_page_on_data_names_every_table_and_reason():
    page = (Path(__file__).parents[2] / "docs" / "data.md").read_text()
    names = {*Base.metadata.tables, *Removal}
    assert {name for name in names if f"`{name}`" not in page} == set()
