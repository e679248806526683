"""Replies that have to go, on the sandbox over HTTP."""

from datetime import timedelta

import pytest

from bot.domain.aftercare import Removal, wait_after
from bot.periodic import removals as task
from bot.reddit.lookups import delete_comment
from bot.store import jobs, removals
from bot.store.files import JobFiles
from bot.store.tables import Job


def test_reply_pictures_texts_and_files_go(world, reddit, database, thread, files):
    job = database.answer(thread, pictures=["result-one"], answer="words", post_author="henry")
    database.compare(job, "side-by-side")
    files.write(job, JobFiles.before(1), b"jpeg")
    assert removals.want_removal(database.engine, job, Removal.REQUESTED)
    assert task.run(database.engine, reddit, files) == 1
    assert thread[2].deleted
    assert database.unwanted() == {"result-one", "side-by-side"}
    assert files.job_ids() == []
    after = database.get(job)
    assert (after.author, after.post_author, after.body, after.title, after.permalink, after.answer) == (
        None,
        None,
        "",
        "",
        "",
        None,
    )
    assert (after.removal, after.outcome, after.summons) == ("requested", "colorized", thread[1].fullname)
    assert after.removed_at is not None
    assert after.forgotten_at is not None
    assert [photo.url for photo in database.photos(job)] == [""]
    assert task.run(database.engine, reddit, files) == 0


def test_the_first_reason_stays(database):
    job = database.job()
    assert removals.want_removal(database.engine, job, Removal.SCORE)
    assert not removals.want_removal(database.engine, job, Removal.REQUESTED)
    assert database.get(job).removal == "score"


def test_a_picture_stays_until_no_reply_shows_it(database, reddit, files):
    first, second = database.job(pictures=["shared", "own"]), database.job(pictures=["shared"])
    database.job(pictures=["another"])
    removals.want_removal(database.engine, first, Removal.SCORE)
    task.run(database.engine, reddit, files)
    assert database.unwanted() == {"own"}
    removals.want_removal(database.engine, second, Removal.SCORE)
    task.run(database.engine, reddit, files)
    assert database.unwanted() == {"own", "shared"}


def test_a_picture_that_an_open_job_is_about_to_show_stays(database, reddit, files):
    first = database.job(pictures=["shared"])
    database.job(pictures=["shared"], reply=None, replied_at=None, finished_at=None, outcome=None, stage="reply")
    removals.want_removal(database.engine, first, Removal.REQUESTED)
    assert task.run(database.engine, reddit, files) == 1
    assert database.unwanted() == set()


def test_a_job_that_may_still_post_is_waited_for(database, reddit, files):
    job = database.job(pictures=["result-one"], reply=None, finished_at=None, outcome=None, stage="reply")
    removals.want_removal(database.engine, job, Removal.PURGED)
    assert task.run(database.engine, reddit, files) == 0
    database.set(Job, reply="t1_late")
    assert task.run(database.engine, reddit, files) == 1
    assert database.unwanted() == {"result-one"}


def test_a_message_cannot_be_deleted_but_its_pictures_can(world, database, reddit, files):
    job = database.job(pictures=["result-one"], reply="t4_m")
    removals.want_removal(database.engine, job, Removal.SOURCE_GONE)
    assert task.run(database.engine, reddit, files) == 1
    assert database.unwanted() == {"result-one"}
    assert not [call for call in world.calls if call["path"].startswith("/api/del")]


def test_a_comment_that_is_gone_already_is_no_error(world, database, reddit, thread, files):
    world.delete(thread[2].fullname)
    removals.want_removal(database.engine, database.answer(thread), Removal.REQUESTED)
    removals.want_removal(database.engine, database.job(reply="t1_neverwas"), Removal.REQUESTED)
    assert task.run(database.engine, reddit, files) == 2


def test_a_refusal_is_tried_again_later_and_keeps_nothing_else_back(world, database, reddit, thread, files):
    job = database.answer(thread, pictures=["result-one"])
    removals.want_removal(database.engine, job, Removal.REQUESTED)
    world.faults.add(method="POST", path="/api/del*", times=1, action="status", status=403)
    assert task.run(database.engine, reddit, files) == 0
    waiting = database.get(job)
    assert (waiting.removed_at, waiting.removal_attempts, waiting.title) == (None, 1, "")
    assert database.unwanted() == {"result-one"}
    assert timedelta(0) < waiting.removal_not_before - jobs.now() <= wait_after(1)
    assert task.run(database.engine, reddit, files) == 0, "not before its time"
    assert not thread[2].deleted
    database.set(Job, removal_not_before=jobs.now())
    assert task.run(database.engine, reddit, files) == 1
    assert thread[2].deleted
    assert database.get(job).removed_at is not None


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_death_after_any_step_is_made_good_by_the_next_round(database, reddit, thread, files, steps):
    job = database.answer(thread, pictures=["result-one"])
    files.write(job, JobFiles.before(1), b"jpeg")
    removals.want_removal(database.engine, job, Removal.REQUESTED)
    done = [
        lambda: removals.take_back(database.engine, job),
        lambda: files.drop(job),
        lambda: delete_comment(reddit, thread[2].fullname),
    ]
    for step in done[:steps]:
        step()
    assert task.run(database.engine, reddit, files) == 1
    assert (thread[2].deleted, files.job_ids(), database.unwanted()) == (True, [], {"result-one"})
    assert database.get(job).removed_at is not None


def test_where_the_moderators_sent_the_bot_away_only_unasked_answers_go(database):
    unasked, asked = database.job(source="scan", subreddit="Pics"), database.job(subreddit="Pics")
    elsewhere = database.job(source="scan", subreddit="other")
    removals.retract_answers_in(database.engine, "pics")
    found = [database.get(job) for job in (unasked, asked, elsewhere)]
    assert [job.removal for job in found] == ["subreddit_left", None, None]
    assert [job.title for job in found] == ["", "", "Attic"]


def test_replies_expire_with_their_pictures(database):
    old = database.job(replied_at=jobs.now() - timedelta(days=31))
    database.job()
    assert removals.expire(database.engine, timedelta(days=30)) == 1
    assert database.get(old).removal == "expired"
