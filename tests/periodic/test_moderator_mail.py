"""The conversation with a subreddit's moderators, over HTTP with the real PRAW."""

from datetime import timedelta

import pytest

from bot.periodic import retention
from bot.sandbox.conversations import add_message, open_conversation
from bot.store import moderator_answers, subreddits
from bot.store.jobs import now
from tests.periodic.moderators import BOT


@pytest.fixture
def database_url(tmp_path):
    """One kind of database is enough here; tests/store has the others."""
    return f"sqlite:///{tmp_path / 'test.sqlite'}"


def test_many_saves_are_told_in_one_conversation(mods):
    mods.invite()
    for number in range(26):
        mods.edit(f"min_size: {number}" if number % 3 else "mode: sometimes")
        mods.round()
    assert len(mods.talks()) == 1
    assert len(mods.letters()) == 27
    assert all(mods.page().revisions[i].id in mods.letters()[i] for i in range(1, 27))


def test_a_conversation_that_the_database_does_not_know_is_found_again(mods, engine):
    mods.invite()
    subreddits.change(engine, "pics", conversation=None)
    mods.edit("mode: auto")
    mods.round()
    assert (len(mods.talks()), len(mods.letters())) == (1, 2)


def test_a_conversation_that_is_gone_is_opened_again(mods, engine):
    mods.invite()
    mods.world.conversations.clear()
    mods.edit("mode: auto")
    mods.round()
    mods.edit("mode: off")
    mods.round()
    assert (len(mods.talks()), len(mods.letters())) == (1, 2)


def test_a_receipt_whose_answer_got_lost_is_not_sent_again(world, mods):
    mods.invite()
    mods.edit("mode: auto")
    world.faults.add(
        method="POST",
        path=f"/api/mod/conversations/{mods.talks()[0].id}",
        times=1,
        action="store_then_status",
        status=503,
    )
    for _ in range(3):
        mods.round()
    assert len(mods.letters()) == 2


def test_after_a_new_invitation_the_old_conversation_goes_on(world, mods):
    mods.invite()
    world.clock = lambda: now().timestamp() + 3600
    world.remove_moderator("pics", BOT)
    mods.round()
    subreddits.change(mods.engine, "pics", joined_at=now() + timedelta(hours=1))
    mods.invite()
    assert len(mods.talks()) == 1


def test_what_moderators_answer_reaches_the_operator_once(world, mods, engine):
    mods.invite()
    (talk,) = mods.talks()
    place = world.subreddit("pics")
    for text in ("Can it be less colourful?", "Thank you"):
        add_message(world, talk, world.users["mod"], text)
    open_conversation(world, place, world.users["mod"], "About something else", "Not for the bot")
    assert [mods.answers() for _ in range(3)] == [2, 0, 0]
    add_message(world, talk, world.users["mod"], "One more")
    assert mods.answers() == 1
    told = [(one.subreddit, one.author, one.body) for one in moderator_answers.latest(engine)]
    assert told[0] == ("pics", "mod", "One more")
    assert {body for *_, body in told} == {"One more", "Thank you", "Can it be less colourful?"}


def test_a_conversation_that_cannot_be_read_now_is_read_later(world, mods):
    mods.invite()
    (talk,) = mods.talks()
    add_message(world, talk, world.users["mod"], "Hello?")
    world.faults.add(method="GET", path=f"/api/mod/conversations/{talk.id}", times=3, action="status", status=429)
    assert mods.answers() == 0
    assert max(mods.answers() for _ in range(3)) == 1


def test_answers_are_forgotten_with_the_rest(world, mods, engine):
    mods.invite()
    add_message(world, mods.talks()[0], world.users["mod"], "Hello?")
    mods.answers()
    retention.run(engine, keep=timedelta(hours=48))
    assert len(moderator_answers.latest(engine)) == 1
    retention.run(engine, keep=timedelta(0))
    assert moderator_answers.latest(engine) == []


def test_answers_go_with_the_subreddit(world, mods, engine):
    mods.invite()
    add_message(world, mods.talks()[0], world.users["mod"], "Go away")
    mods.answers()
    world.remove_moderator("pics", BOT)
    mods.round()
    assert moderator_answers.latest(engine) == []
