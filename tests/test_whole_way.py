"""From a reply to the edited reply, as the person walks it who asked: in a real browser, on the sandbox."""

import pytest

from bot.demo.session import open_demo
from bot.domain.outcomes import Outcome
from bot.store.reply_log import latest_jobs
from docs.measure.film_strip import PERSON, small_world, walk


@pytest.mark.slow
def test_who_asked_corrects_a_colour_and_the_reply_shows_it(open_page, tmp_path):
    world, post = small_world()
    with open_demo(world, tmp_path / "demo") as demo:
        demo.bot.drain()
        (reply,) = world.replies_by("ColorizeBot")
        before, seen = reply.body, []
        page = open_page(viewport={"width": 1060, "height": 860})
        walk(page, demo, post, seen.append)
        assert len(seen) == 6
        assert world.thing(reply.fullname).body != before
        newest = latest_jobs(demo.bot.engine)[0]
        assert (newest.outcome, newest.source, newest.author) == (Outcome.REVISED, "studio", PERSON)
        page.close()
