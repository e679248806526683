"""One summons from inbox to reply, on the sandbox over HTTP, with what can go wrong on the way."""

import io
import os
import shutil

import numpy as np
import pytest
from PIL import Image
from skimage import data as samples
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.app.bot import Bot
from bot.app.lock import AlreadyRunning
from bot.app.periodic import PeriodicTasks
from bot.demo.posts import BOT
from bot.demo.session import settings_for
from bot.domain.outcomes import Outcome
from bot.domain.replies import DISCLOSURE
from bot.domain.stages import Stage
from bot.store import jobs, notes, pictures
from bot.store.reply_log import steps_of
from bot.store.tables import Job
from colorizer.photo.labels import SOURCE_TYPE
from tests.pipeline.endings import ended


def test_a_mention_is_answered_once_in_colour(world, asked, bot):
    with bot() as running:
        (job,) = ended(running)
        (reply,) = world.replies_by(BOT)
        assert (job.outcome, job.reply) == ("colorized", reply.fullname)
        (photo,) = pictures.photos_of(running.engine, job)
        assert (photo.verdict, photo.width, photo.height) == ("grey", 192, 160)
        (hosted,) = pictures.results_of(running.engine, job)
        assert reply.parent == asked.fullname
        assert DISCLOSURE in reply.body
        picture = Image.open(io.BytesIO(running.host.path(hosted.key).read_bytes()))
        assert picture.size == (192, 160)
        assert not picture.getexif()
        assert picture.getxmp()["xmpmeta"]["RDF"]["Description"]["DigitalSourceType"] == SOURCE_TYPE
        assert "ida" not in hosted.url
        assert [s.stage for s in steps_of(running.engine, [job.id])[job.id]] == [
            "locate",
            "fetch",
            "judge",
            "colorize",
            "host",
            "reply",
            "finish",
        ]
        assert not any(item.unread for item in world.users[BOT.lower()].inbox)
        assert [again.id for again in ended(running)] == [job.id]
        assert world.replies_by(BOT) == [reply]


@pytest.mark.parametrize("pause", [notes.PAUSED_STEP + Stage.HOST, notes.PAUSED])
def test_a_job_waits_before_a_step_that_is_paused_and_then_goes_on(world, asked, bot, pause):
    def at_colorize(_job, step):
        if step.stage == Stage.COLORIZE:
            notes.write(running.engine, pause, "the host is full")

    with bot(observer=at_colorize) as running:
        running.drain()
        with Session(running.engine) as session:
            (job,) = session.scalars(select(Job))
        assert (job.stage, job.claimed_by, job.attempts, job.deaths) == (Stage.HOST, None, 0, 0)
        assert world.replies_by(BOT) == []
        notes.write(running.engine, pause, None)
        (job,) = ended(running)
        assert job.outcome == "colorized"
        (steps,) = steps_of(running.engine, [job.id]).values()
        assert [step.stage for step in steps].count(Stage.COLORIZE) == 1


def test_a_result_really_has_colour_and_keeps_the_lightness(world, asked, bot, photo):
    with bot() as running:
        (job,) = ended(running)
        (hosted,) = pictures.results_of(running.engine, job)
        result = np.asarray(
            Image.open(io.BytesIO(running.host.path(hosted.key).read_bytes())).convert("RGB"), np.float32
        )
        grey = np.asarray(Image.open(io.BytesIO(photo)).convert("RGB"), np.float32)
        assert np.abs(result - result.mean(axis=2, keepdims=True)).max() > 20
        assert np.abs(result @ [0.2126, 0.7152, 0.0722] - grey.mean(axis=2)).mean() < 6


@pytest.mark.parametrize(
    ("action", "more"),
    [
        ("store_then_status", {"status": 503}),
        ("status", {"status": 503}),
        ("drop", {}),
        ("ratelimit", {"text": "1 second"}),
    ],
)
def test_trouble_while_posting_ends_in_one_reply(world, asked, bot, action, more):
    world.faults.add(method="POST", path="/api/comment", times=1, action=action, **more)
    with bot() as running:
        (job,) = ended(running)
        assert [reply.parent for reply in world.replies_by(BOT)] == [asked.fullname]
        assert job.reply == world.replies_by(BOT)[0].fullname
        *before, last = [s.result for s in steps_of(running.engine, [job.id])[job.id] if s.stage == "reply"]
        assert (set(before), last) == ({"later"}, "done")


def test_a_comment_is_not_sent_again_by_any_retry_layer(world, asked, bot):
    world.faults.add(method="POST", path="/api/comment", times=1, action="store_then_status", status=503)
    with bot() as running:
        ended(running)
    posted = [call for call in world.calls if call["method"] == "POST" and call["path"].startswith("/api/comment")]
    assert len(posted) == 1


def test_reddit_down_for_a_while_loses_nothing(world, asked, bot):
    world.faults.add(method="GET", path="/message/*", times=3, action="status", status=503)
    world.faults.add(method="GET", path="/comments/*", times=3, action="status", status=502)
    with bot() as running:
        (job,) = ended(running)
        assert job.outcome == "colorized"


def test_a_reply_that_never_succeeds_ends_by_name_and_takes_the_picture_down(world, asked, bot):
    world.faults.add(method="POST", path="/api/comment", times=99, action="status", status=500)
    with bot(work={"patience_hours": 1 / 3600, "retry_seconds": 0.05}) as running:
        (job,) = ended(running)
        assert job.outcome is Outcome.REPLY_FAILED
        assert world.replies_by(BOT) == []
        assert not list(running.host.folder.glob("*.jpg"))


def test_the_thread_is_looked_at_again_before_the_reply(world, asked, bot):
    with bot() as running:
        running.poll()
        job = jobs.claim(running.engine, running.settings.work.name)
        running.work_on(job, until=lambda job: job.stage is Stage.REPLY)
        world.lock(job.post)
        jobs.release(running.engine, running.settings.work.name, died=False)
        (job,) = ended(running)
        assert job.outcome is Outcome.LOCKED
        assert not list(running.host.folder.glob("*.jpg"))


def make_removed(world, post):
    world.remove(post)


def make_deleted(world, post):
    world.delete(post)


def make_locked(world, post):
    world.lock(post)


def make_archived(world, post):
    world.archive(post)


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        (make_removed, Outcome.REMOVED),
        (make_deleted, Outcome.DELETED),
        (make_locked, Outcome.LOCKED),
        (make_archived, Outcome.ARCHIVED),
    ],
)
def test_threads_that_allow_no_answer(world, asked, bot, change, outcome):
    change(world, f"t3_{asked.post}")
    with bot() as running:
        (job,) = ended(running)
        assert job.outcome is outcome
        assert world.replies_by(BOT) == []


def test_a_banned_bot_is_silent_where_it_may_not_answer_elsewhere(world, asked, bot):
    world.subreddit("AskForColour").banned.add(BOT.lower())
    with bot(reply={"elsewhere": "none"}) as running:
        (job,) = ended(running)
        assert job.outcome is Outcome.FORBIDDEN


@pytest.mark.parametrize(
    ("content", "mimetype", "outcome"),
    [
        (b"<html>not a picture</html>", "image/jpeg", Outcome.NOT_AN_IMAGE),
        (b"\xff\xd8\xff\xe0 broken", "image/jpeg", Outcome.BROKEN_IMAGE),
    ],
)
def test_files_that_are_no_pictures(world, reddit, bot, content, mimetype, outcome):
    post = world.post_image("OldPhotos", "edith", "File", content, mimetype)
    with bot() as running:
        (job,) = ended(running)
        assert (job.summons, job.outcome) == (post.fullname, outcome)


def test_colour_is_left_alone_unless_forced(world, reddit, bot):
    buffer = io.BytesIO()
    Image.fromarray(samples.coffee()).save(buffer, "JPEG")
    post = world.post_image("AskForColour", "henry", "Coffee", buffer.getvalue(), "image/jpeg")
    world.comment(post.fullname, "ida", f"u/{BOT}")
    world.comment(post.fullname, "karl", f"u/{BOT} force")
    with bot() as running:
        assert sorted(job.outcome for job in ended(running)) == ["already_colour", "colorized"]


def test_a_link_to_the_private_network_is_refused_by_name(world, reddit, bot):
    post = world.post_text("AskForColour", "henry", "Look", "http://169.254.169.254/latest/x.jpg")
    world.comment(post.fullname, "ida", f"u/{BOT}")
    with bot() as running:
        (job,) = ended(running)
        assert job.outcome in {Outcome.HOST_NOT_ALLOWED, Outcome.PRIVATE_ADDRESS}


def test_an_inbox_item_without_a_mention_is_only_marked_read(world, asked, bot):
    with bot() as running:
        ended(running)
        (reply,) = world.replies_by(BOT)
        world.comment(reply.fullname, "ida", "thank you")
        world.message(BOT, "ida", "hello", "are you there?")
        assert [job.outcome for job in ended(running)] == ["colorized", "not_summoned", "not_summoned"]
        assert len(world.replies_by(BOT)) == 1


def test_a_mention_inside_a_reply_to_the_bot_counts(world, asked, bot):
    with bot() as running:
        ended(running)
        (reply,) = world.replies_by(BOT)
        world.comment(reply.fullname, "ida", f"u/{BOT} please")
        assert [job.outcome for job in ended(running)] == ["colorized", "given_again"]


def test_files_lost_between_two_stages_are_fetched_again(world, asked, bot):
    with bot() as running:
        running.poll()
        job = jobs.claim(running.engine, running.settings.work.name)
        running.work_on(job, until=lambda job: job.stage is Stage.HOST)
        shutil.rmtree(running.settings.data_dir / "jobs")
        jobs.release(running.engine, running.settings.work.name, died=False)
        (job,) = ended(running)
        assert job.outcome == "colorized"


def test_two_processes_of_one_name_do_not_run_together(reddit, bot):
    with bot(), pytest.raises(AlreadyRunning, match=rf"a bot runs already: process {os.getpid()} holds"), bot():
        pass


def test_a_second_bot_of_another_name_does_not_poll_beside_the_first(reddit, bot):
    with bot(), pytest.raises(AlreadyRunning, match="a bot runs already"), bot(work={"name": "other"}):
        pass


def test_a_worker_needs_a_name_of_its_own(reddit, bot, tmp_path):
    with bot() as running:
        named = running.settings.work
        with pytest.raises(AlreadyRunning, match=r"work\.name of its own"), Bot(running.settings).opened(polling=False):
            pass
        other = running.settings.model_copy(update={"work": named.model_copy(update={"name": "other"})})
        with Bot(other).opened(polling=False):
            pass


def test_a_comment_that_was_taken_but_never_confirmed_is_adopted_in_the_end(world, asked, bot):
    world.faults.add(method="POST", path="/api/comment", times=1, action="store_then_status", status=503)
    with bot(work={"patience_hours": 0.1 / 3600, "retry_seconds": 0.2}) as running:
        (job,) = ended(running)
        assert job.outcome is Outcome.COLORIZED
        assert job.reply == world.replies_by(BOT)[0].fullname
        assert len(list(running.host.folder.glob("*.jpg"))) == 2


def test_ratelimit_for_a_whole_queue_loses_nobody(world, reddit, bot, photo):
    for i in range(4):
        post = world.post_image("AskForColour", "henry", f"Attic {i}", photo, "image/jpeg")
        world.comment(post.fullname, "ida", f"u/{BOT}")
    world.faults.add(method="POST", path="/api/comment", times=12, action="ratelimit", text="1 second")
    with bot(work={"attempts": 2, "retry_seconds": 0.01}) as running:
        assert [job.outcome for job in ended(running)] == ["colorized"] * 4
        assert len(world.replies_by(BOT)) == 4


def test_one_subreddit_that_cannot_be_read_keeps_no_other_waiting(world, reddit, bot, photo):
    world.post_image("YourPhotos", "edith", "Lawn", photo, "image/jpeg")
    with bot(reddit={"scan": ("NoSuchSubreddit", "YourPhotos")}) as running:
        running.poll()
        assert running.run_periodic_tasks() == 1
        assert running.last_poll is not None


def test_a_post_approved_later_below_known_ones_is_found(world, reddit, bot, photo):
    held = world.post_image("OldPhotos", "edith", "Held back", photo, "image/jpeg")
    world.remove(held.fullname)
    world.post_text("OldPhotos", "walter", "Newer", "text")
    with bot() as running:
        ended(running)
        world.approve(held.fullname)
        assert sorted(job.outcome for job in ended(running)) == ["colorized", "no_photo"]


def test_an_item_of_a_finished_job_that_stayed_unread_is_marked_read(world, asked, bot):
    world.faults.add(method="POST", path="/api/read_message", times=1, action="status", status=403)
    with bot() as running:
        running.poll()
        assert running.work()
        assert any(item.unread for item in world.users[BOT.lower()].inbox)
        assert running.poll() == 0, "what cannot be marked is no failed poll"
        assert any(item.unread for item in world.users[BOT.lower()].inbox)
        running.poll()
        assert not any(item.unread for item in world.users[BOT.lower()].inbox)


def test_finished_jobs_are_marked_read_in_one_call(world, asked, bot):
    for _ in range(3):
        world.comment(f"t3_{asked.post}", "nils", f"u/{BOT} help")
    with bot() as running:
        ended(running)
        assert not any(item.unread for item in world.users[BOT.lower()].inbox)
    marked = [call for call in world.calls if call["path"].startswith("/api/read_message")]
    assert len(marked) == 1


def test_a_deleted_summons_is_not_answered(world, asked, bot):
    with bot() as running:
        running.poll()
        world.delete(asked.fullname)
        (job,) = ended(running)
        assert job.outcome is Outcome.DELETED
        assert world.replies_by(BOT) == []


def test_a_demo_takes_nothing_from_the_real_bots_settings(tmp_path, monkeypatch):
    (tmp_path / "colorizebot.toml").write_text('database_url = "postgresql://real"\n[reddit]\nsite = "real"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLORIZEBOT_REDDIT__REFRESH_TOKEN", "real")
    settings = settings_for("http://127.0.0.1:1", tmp_path / "demo")
    assert settings.database_url is None
    assert settings.reddit.site is None
    assert settings.reddit.refresh_token is None


def test_a_process_that_only_works_drops_the_files_of_its_own_machine(reddit, bot):
    with bot() as running:
        running.files.write(999, "before-1.jpg", b"of a job that the database has forgotten")
        tasks = PeriodicTasks(running.services, polls=False)
        for task in tasks.registry:
            tasks.run(task)
        assert running.files.job_ids() == []
        assert {task.name for task in tasks.registry} <= {task.name for task in running.periodic.registry}
