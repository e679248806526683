from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.silence import Reason
from bot.settings import load_settings
from bot.store import jobs, moderator_answers, removals, silences
from bot.store.files import JobFiles
from bot.store.operator_tables import ModeratorAnswer
from bot.store.tables import Hosted, Job, Photo
from tests.operations.made_jobs import add


def job(engine, job_id):
    with Session(engine) as session:
        return session.get_one(Job, job_id)


def everything(engine):
    """All text of the database, to search for what must not be there."""
    engine.dispose()
    folder = Path(engine.url.database).parent
    return b"".join(path.read_bytes() for path in folder.glob("colorizebot.sqlite*"))


def test_a_redditor_is_forgotten_and_their_replies_go(stored, config, command):
    files = JobFiles(load_settings(config).data_dir / "jobs")
    theirs = add(stored, "t1_a", author="Edith_of_the_Lawn", title="Grandmother in Lwow", pictures=True)
    about_theirs = add(stored, "t1_b", author="bob", post_author="edith_of_the_lawn")
    skipped = add(stored, "t1_c", author="edith_OF_the_lawn", outcome="no_photo", reply=False)
    others = add(stored, "t1_d", pictures=True)
    files.write(theirs, files.before(1), b"thumbnail")
    code, said = command("purge", "--user", "u/Edith_of_the_lawn", answer="y\n")
    assert code == 0, said
    assert "3 jobs (0 of them open), 2 replies" in said
    assert "3 jobs forgotten; 2 replies go within a minute while the bot runs" in said
    assert {one.id for one in removals.due(stored, 10)} == {theirs, about_theirs, skipped}
    assert [job(stored, one).forgotten_at is not None for one in (theirs, about_theirs, skipped, others)] == [
        True,
        True,
        True,
        False,
    ]
    assert job(stored, theirs).summons == "t1_a", "so that the same summons is not answered again"
    assert files.read(theirs, files.before(1)) is None
    with Session(stored) as session:
        photos = session.scalars(select(Photo).order_by(Photo.job_id)).all()
        assert [(photo.url, photo.fingerprint) for photo in photos] == [("", None), ("https://i.redd.it/a.jpg", "ff00")]
        pictures = session.scalars(select(Hosted).order_by(Hosted.id)).all()
        assert [picture.unwanted_at is not None for picture in pictures] == [True, False]
    content = everything(stored).lower()
    assert b"edith_of_the_lawn" not in content
    assert b"grandmother in lwow" not in content
    assert b"henry" in content, "the others stay"


def test_what_a_moderator_wrote_is_forgotten_too(stored, command):
    for id_, author in (("m1", "Edith"), ("m2", "bob")):
        wrote = ModeratorAnswer(id=id_, subreddit="pics", author=author, body="Hello", sent_at=jobs.now())
        moderator_answers.keep(stored, wrote)
    assert "1 answers in modmail forgotten" in command("purge", "--user", "edith", answer="y\n")[1]
    assert [one.author for one in moderator_answers.latest(stored)] == ["bob"]


def test_the_word_stop_is_kept(stored, command):
    """To forget it would mean to answer them again."""
    add(stored, "t1_a", author="edith")
    silences.silence(stored, silences.USER, "edith", Reason.ASKED)
    assert command("purge", "--user", "edith", "--yes")[0] == 0
    assert silences.reasons(stored, silences.USER, "edith") == {Reason.ASKED}


def test_an_open_job_only_marks_its_inbox_item_read(stored, command):
    open_job = add(stored, "t1_a", outcome=None, author="edith")
    assert command("purge", "--user", "edith", "--yes")[0] == 0
    found = jobs.claim(stored, "worker")
    assert found is not None
    assert (found.id, found.stage, found.outcome, found.body) == (open_job, "finish", "silenced", "")


@pytest.mark.parametrize("state", ["claimed", "replying"])
def test_a_job_that_may_be_answered_this_moment_is_left_and_named(stored, command, state):
    busy = add(stored, "t1_a", outcome=None, author="edith", stage="reply" if state == "replying" else "locate")
    done = add(stored, "t1_b", author="edith")
    if state == "claimed":
        assert jobs.claim(stored, "worker").id == busy
    code, said = command("purge", "--user", "edith", "--yes")
    assert (code, f"a worker is busy with {busy}:" in said) == (2, True)
    assert job(stored, busy).author == "edith"
    assert job(stored, done).author is None


def test_one_job_is_purged_and_no_other(stored, command):
    one, other = add(stored, "t1_a"), add(stored, "t1_b")
    assert command("purge", "--job", one, "--yes")[0] == 0
    assert (job(stored, one).removal, job(stored, other).removal) == ("purged", None)
    code, said = command("purge", "--job", 4711)
    assert (code, "there is no job 4711" in said) == (2, True)


def test_what_is_old_is_forgotten_and_its_replies_stay(stored, config, command):
    files = JobFiles(load_settings(config).data_dir / "jobs")
    old, new = add(stored, "t1_a", hours=80), add(stored, "t1_b", hours=60)
    for one in (old, new):
        files.write(one, files.before(1), b"thumbnail")
    code, said = command("purge", "--older-than", "3", answer="y\n")
    assert (code, "1 jobs forgotten" in said) == (0, True)
    assert (job(stored, old).author, job(stored, new).author) == (None, "ida")
    assert job(stored, old).removal is None
    assert [files.read(one, files.before(1)) for one in (old, new)] == [None, b"thumbnail"]


def test_nothing_happens_without_a_yes(stored, command):
    one = add(stored, "t1_a", hours=80)
    assert command("purge", "--user", "ida", answer="n\n")[0] == 1
    assert command("purge", "--older-than", "1", answer="")[0] == 1
    assert job(stored, one).author == "ida"


@pytest.mark.parametrize("arguments", [[], ["--user", "a", "--job", "1"], ["--user", "u/"]])
def test_it_must_be_clear_what_is_meant(stored, command, arguments):
    code, said = command("purge", *arguments)
    assert (code, "--user NAME" in said) == (2, True)


def test_a_name_that_is_not_stored(stored, command):
    code, said = command("purge", "--user", "nobody")
    assert (code, "nothing is stored" in said) == (0, True)


def test_the_claim_of_a_dead_worker_does_not_protect(stored, command):
    one = add(stored, "t1_a", outcome=None, author="edith")
    assert jobs.claim(stored, "worker") is not None
    with stored.begin() as connection:
        connection.execute(update(Job).values(claimed_until=jobs.now() - jobs.LEASE))
    assert command("purge", "--user", "edith", "--yes")[0] == 0
    assert job(stored, one).stage == "finish"
