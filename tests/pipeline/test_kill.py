"""Killed at any moment and started again, the bot ends with the same replies, each once."""

import signal

import pytest
from skimage import data as samples

from bot.demo.posts import BOT
from bot.domain.outcomes import Outcome
from bot.domain.replies import WORKING
from bot.domain.stages import Stage
from bot.store.database import open_database
from bot.store.reply_log import latest_jobs
from tests import films
from tests.patience import wait_until
from tests.pictures import jpeg
from tests.pipeline import killed_bot
from tests.processes import Forked

pytestmark = pytest.mark.slow


def start(url, folder, *options):
    return Forked(killed_bot.work, url, folder, *options, output=folder / "output.txt")


def run(url, folder, *options):
    process = start(url, folder, *options)
    output, _ = process.communicate()
    return process.returncode, output


def outcomes(folder):
    engine = open_database(f"sqlite:///{folder / 'colorizebot.sqlite'}")
    try:
        return {job.summons: job.outcome for job in latest_jobs(engine)}
    finally:
        engine.dispose()


def test_killed_after_each_stage(reddit, world, asked, tmp_path):
    scanned = world.post_image("OldPhotos", "edith", "Coins", jpeg(samples.coins()), "image/jpeg")
    text = world.post_text("OldPhotos", "walter", "No picture here", "none")
    for stage in Stage:
        code, output = run(reddit.url, tmp_path, stage.value)
        assert code == -signal.SIGKILL, f"was to die after {stage}: {output}"
    code, output = run(reddit.url, tmp_path)
    assert code == 0, output
    assert sorted(reply.parent for reply in world.replies_by(BOT)) == sorted([asked.fullname, scanned.fullname])
    assert outcomes(tmp_path) == {
        asked.fullname: Outcome.COLORIZED,
        scanned.fullname: Outcome.COLORIZED,
        text.fullname: Outcome.NO_PHOTO,
    }
    assert len(list((tmp_path / "results").glob("*.jpg"))) == 4
    assert not [item for item in world.users[BOT.lower()].inbox if item.unread], "the inbox item stays unread"


def test_killed_while_the_comment_is_on_its_way_for_longer_than_a_retry_waits(reddit, world, asked, tmp_path):
    world.faults.add(method="POST", path="/api/comment", times=1, action="status_then_store", seconds=4)
    process = start(reddit.url, tmp_path)
    wait_until(lambda: any(call["path"].startswith("/api/comment") for call in world.calls), process)
    process.kill()
    process.communicate()
    code, output = run(reddit.url, tmp_path, "", 12)
    assert code == 0, output
    wait_until(lambda: world.replies_by(BOT))
    assert [reply.parent for reply in world.replies_by(BOT)] == [asked.fullname]
    assert outcomes(tmp_path) == {asked.fullname: Outcome.COLORIZED}


@pytest.mark.parametrize("action", ["store_then_delay", "delay"])
def test_killed_while_the_comment_is_being_posted(reddit, world, asked, tmp_path, action):
    world.faults.add(method="POST", path="/api/comment", times=1, action=action, seconds=3600)
    process = start(reddit.url, tmp_path)
    wait_until(lambda: any(call["path"].startswith("/api/comment") for call in world.calls), process)
    process.kill()
    process.communicate()
    code, output = run(reddit.url, tmp_path)
    assert code == 0, output
    assert [reply.parent for reply in world.replies_by(BOT)] == [asked.fullname]
    assert outcomes(tmp_path) == {asked.fullname: Outcome.COLORIZED}


def test_killed_while_a_film_is_coloured_that_was_announced(reddit, world, tmp_path):
    clip = films.film(tmp_path / "a.mp4", 24).read_bytes()
    video = world.post_video("AskForColour", "henry", "The regatta", clip, size=(96, 64), seconds=1)
    asked = world.comment(video.fullname, "ida", f"u/{BOT}")
    process = start(reddit.url, tmp_path, "", 2, 0)
    wait_until(lambda: world.replies_by(BOT), process)
    process.kill()
    process.communicate()
    assert WORKING in world.replies_by(BOT)[0].body
    code, output = run(reddit.url, tmp_path, "", 2, 3600)
    assert code == 0, output
    [reply] = world.replies_by(BOT)
    assert "The film in colour" in reply.body
    assert outcomes(tmp_path) == {asked.fullname: Outcome.COLORIZED}
