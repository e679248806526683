"""Replies lead to result pages where redditors can reach them, and the pages go with the replies."""

import re

import httpx

from bot.demo.posts import BOT
from tests.patience import PATIENCE
from tests.pipeline.endings import ended


def page_of(reply):
    return re.search(r"\[look closer[^]]*\]\((\S+)\)", reply.body)[1]


def pictures_on(page):
    """The addresses of the pictures on the page: as it was, and in colour."""
    return re.findall(r'<img [^>]*src="([^"]+)"', get(page).text)


def get(address):
    return httpx.get(address, trust_env=False, timeout=PATIENCE)


def test_the_page_goes_with_the_reply_and_its_pictures_too(world, asked, bot):
    with bot() as running, running.web(BOT):
        ended(running)
        (reply,) = world.replies_by(BOT)
        page = page_of(reply)
        assert get(page).status_code == 200
        before, after = pictures_on(page)
        assert get(before).status_code == get(after).status_code == 200
        assert len(running.services.views.known()) == 2
        world.comment(reply.fullname, "ida", "delete")
        ended(running)
        assert get(page).status_code == get(before).status_code == 410
        running.run_periodic_tasks()
        assert running.services.views.known() == []


def test_who_gets_a_picture_that_was_made_before_gets_a_page_of_their_own(world, asked, bot):
    with bot() as running, running.web(BOT):
        ended(running)
        world.comment(asked.parent, "karl", f"u/{BOT}")
        assert [job.outcome for job in ended(running)] == ["colorized", "given_again"]
        first, second = map(page_of, world.replies_by(BOT))
        assert first != second
        assert [get(one).content for one in pictures_on(first)] == [get(one).content for one in pictures_on(second)]


def test_without_a_public_address_replies_name_none(world, asked, bot):
    with bot() as running:
        ended(running)
        (reply,) = world.replies_by(BOT)
        assert "look closer" not in reply.body
        assert running.services.views.known() == []
