"""Pictures made to stop the bot: each ends with a name, and nobody else is kept waiting for good."""

import os
import signal
import threading
import time
from dataclasses import replace

import psutil
import pytest

from bot.demo.posts import BOT
from bot.store.reply_log import latest_jobs
from tests import hostile
from tests.pipeline.endings import outcomes

pytestmark = pytest.mark.slow


def ask(world, content, kind="image/jpeg"):
    post = world.post_image("AskForColour", "henry", "Attic", content, kind)
    world.comment(post.fullname, "ida", f"u/{BOT} please")


@pytest.fixture
def decoder_of():
    """Each bot's own: here decoders die."""
    return lambda own: own


@pytest.mark.parametrize(
    ("make", "kind", "limits", "outcome"),
    [
        (lambda: hostile.empty_scans(2000), "image/jpeg", {}, "too_costly"),
        (lambda: hostile.empty_scans(90), "image/jpeg", {"seconds": 0.3, "seconds_per_megapixel": 0.0}, "too_costly"),
        (lambda: hostile.plain_jpeg(7000, 7000, progressive=True), "image/jpeg", {"memory": 32 * 2**20}, "too_costly"),
        (hostile.thin_png, "image/png", {}, "too_many_pixels"),
    ],
    ids=["countless scans", "slow", "memory", "one pixel wide"],
)
def test_each_ends_with_a_name_and_the_next_asker_is_answered(world, reddit, bot, photo, make, kind, limits, outcome):
    ask(world, make(), kind)
    ask(world, photo)
    with bot() as running:
        running.services.decoder.limits = replace(running.services.decoder.limits, **limits)
        assert outcomes(running) == [outcome, "colorized"]


def test_a_crash_of_a_codec_is_an_outcome(world, reddit, bot, photo):
    ask(world, hostile.empty_scans(90))
    ask(world, photo)
    with bot() as running:
        _when_decoding(running, lambda pid: os.kill(pid, signal.SIGSEGV))
        assert outcomes(running) == ["codec_crashed", "colorized"]
        comments = [comment.body for comment in world.comments.values() if comment.author == BOT]
        assert any("cannot open that picture" in body for body in comments)


def test_sigterm_ends_the_bot_in_the_middle_of_such_a_picture(world, reddit, bot):
    ask(world, hostile.empty_scans(90))
    with bot() as running:
        running.services.decoder.limits = replace(
            running.services.decoder.limits, seconds=1.5, seconds_per_megapixel=0.0
        )
        _when_decoding(running, lambda _: os.kill(os.getpid(), signal.SIGTERM))
        running.run()
        (job,) = latest_jobs(running.engine)
        assert job.outcome == "too_costly"
        assert job.finished_at is None, "the answer is left for the next start"
    with bot() as running:
        assert outcomes(running) == ["too_costly"]


def _when_decoding(running, act):
    def wait():
        while running.services.decoder.pid is None:
            time.sleep(0.01)
        process = psutil.Process(running.services.decoder.pid)
        while process.cpu_times().user < 0.6:
            time.sleep(0.01)
        act(process.pid)

    threading.Thread(target=wait).start()
