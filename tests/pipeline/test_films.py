"""Films, from inbox to answer on the sandbox over HTTP."""

import pytest

from bot.demo.posts import BOT
from tests import films
from tests.pipeline.endings import ended


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """Half a second of grey film."""
    return films.film(tmp_path_factory.mktemp("films") / "a.mp4", 12).read_bytes()


def test_a_film_is_said_to_be_one(world, bot, clip):
    video = world.post_video("AskForColour", "henry", "The regatta", clip, size=(96, 64), seconds=0.5)
    world.comment(video.fullname, "ida", f"u/{BOT}")
    with bot() as running:
        assert [job.outcome for job in ended(running)] == ["no_films"]
        assert "That is a film" in world.replies_by(BOT)[0].body
