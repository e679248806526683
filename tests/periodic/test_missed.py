"""Inbox items that somebody read in a browser before the bot did."""

import pytest

from bot.periodic import missed
from bot.reddit import inbox
from bot.store import jobs, notes
from tests.periodic.conftest import BOT


@pytest.fixture
def database_url(tmp_path):
    return f"sqlite:///{tmp_path / 'test.sqlite'}"


def read_in_a_browser(world):
    for notice in world.users[BOT.lower()].inbox:
        notice.unread = False


def test_a_mention_that_is_read_already_is_found_and_received_once(world, reddit, engine):
    missed.run(engine, reddit)
    post = world.post_text("pics", "henry", "My aunt")
    asked = world.comment(post.fullname, "ida", f"u/{BOT}")
    letter = world.message(BOT, "karl", "help", "help")
    read_in_a_browser(world)
    assert list(inbox.unread(reddit)) == []
    assert missed.run(engine, reddit) == 2
    assert jobs.known(engine, [asked.fullname, letter.fullname]) == {asked.fullname, letter.fullname}
    assert missed.run(engine, reddit) == 0


def test_what_was_written_before_the_bot_ran_is_not_for_it(world, reddit, engine):
    post = world.post_text("pics", "henry", "My aunt")
    world.comment(post.fullname, "ida", f"u/{BOT}")
    read_in_a_browser(world)
    assert missed.run(engine, reddit) == 0


def test_a_run_that_fails_is_made_up_for(world, reddit, engine):
    missed.run(engine, reddit)
    before = notes.read(engine, missed.READ_TO)
    world.faults.add("/message/inbox", "status", status=503, times=3)
    with pytest.raises(Exception, match="read the whole inbox"):
        missed.run(engine, reddit)
    assert notes.read(engine, missed.READ_TO) == before


def test_an_invitation_that_is_read_already_is_accepted_though_the_listing_of_messages_wants_a_login(
    world, reddit, engine
):
    world.faults.add("/message/messages", "status", status=302, location=f"{world.base_url}/login/", times=None)
    world.invite_moderator("pics", BOT)
    read_in_a_browser(world)
    missed.run(engine, reddit)
    assert BOT.lower() in world.subreddit("pics").moderators
    assert not [call for call in world.calls if call["path"].startswith("/message/messages")]


def test_a_long_inbox_is_read_to_where_the_last_run_began(world, reddit, engine):
    for number in range(150):
        world.message(BOT, "karl", "hello", str(number))
    missed.run(engine, reddit)
    world.calls.clear()
    missed.run(engine, reddit)
    assert len(world.calls) <= 2
