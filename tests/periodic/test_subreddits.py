"""Moderators and the bot, over HTTP with the real PRAW."""

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.domain.rules import Rules
from bot.domain.rules_words import default_page
from bot.domain.silence import Reason
from bot.periodic import settings_page
from bot.store import notes, silences, subreddits
from bot.store.jobs import now
from tests.periodic.moderators import BOT, PAGE


@pytest.fixture
def database_url(tmp_path):
    """One kind of database is enough here; tests/store has the others."""
    return f"sqlite:///{tmp_path / 'test.sqlite'}"


def test_an_invitation_is_accepted_with_a_page_and_a_hello(world, mods, engine):
    world.subreddit("pics").media_in_comments = ("static",)
    mods.invite()
    assert BOT.lower() in world.subreddit("pics").moderators
    assert mods.unread() == []
    assert (mods.page().revisions[-1].content, mods.page().permlevel) == (default_page(BOT), 2)
    (body,) = mods.letters()
    (talk,) = mods.talks()
    assert talk.subject == f"u/{BOT} in this subreddit"
    assert f"/r/pics/wiki/{PAGE}" in body
    assert "`!colorize`" in body
    assert mods.rules() == Rules()
    (row,) = subreddits.joined(engine)
    assert (row.name, row.inline_pictures, row.over_18) == ("pics", True, False)
    assert row.welcomed_at is not None


def test_a_quiet_round_costs_two_requests_however_many_subreddits_there_are(world, mods):
    names = ["pics", *(f"place{i}" for i in range(5))]
    for name in names[1:]:
        world.add_subreddit(name)
    for name in names:
        mods.invite(name)
    mods.round()
    assert mods.round() == ["GET /subreddits/mine/moderator", "GET /r/mod/about/log"]


def test_an_edited_page_is_in_force_after_one_more_request(world, mods):
    world.add_subreddit("other", moderators=["mod"])
    mods.invite()
    mods.invite("other")
    mods.round()
    mods.edit("mode: auto")
    world.write_wiki("other", "index", "mode: auto", "mod")
    assert [request for request in mods.round() if request.endswith(f"wiki/{PAGE}")] == [f"GET /r/pics/wiki/{PAGE}"]
    assert (mods.rules("Pics").mode, mods.rules("other").mode) == ("auto", "summon")
    mods.edit("mode: summon\nstyle: vivid")
    mods.edit("mode: off")
    assert [request for request in mods.round() if request.endswith(f"wiki/{PAGE}")] == [f"GET /r/pics/wiki/{PAGE}"]
    assert mods.rules() == Rules(mode="off")
    assert len(mods.round()) == 2
    _, first, second = mods.letters()
    assert "`mode`: `auto`; it was `summon`" in first
    assert "`mode`: `off`; it was `auto`" in second


def test_a_broken_page_leaves_the_old_settings_in_force_and_is_told_once(mods, engine):
    mods.invite()
    mods.edit("mode: auto")
    mods.round()
    mods.edit("enabled: yes\nmode: sometimes\nmin_sise: 3")
    for _ in range(3):
        mods.round()
    assert mods.rules() == Rules(mode="auto")
    _, _, body = mods.letters()
    assert f"(revision {mods.page().revisions[-1].id})" in body
    assert "line 2, `mode`: found `sometimes`. Allowed: summon, auto or off." in body
    assert "line 3, `min_sise`: found an unknown key. Allowed: `min_size`, if you meant that." in body
    assert f"/r/pics/wiki/{PAGE}" in body
    subreddits.change(engine, "pics", checked_at=now() - timedelta(hours=7))
    assert len(mods.round()) == 3, "it was told: the modmail is not even looked at"
    mods.edit("mode: never")
    mods.round()
    assert len(mods.letters()) == 4, "another revision is told again"
    mods.edit("mode: off")
    for _ in range(2):
        mods.round()
    assert mods.rules() == Rules(mode="off")
    assert mods.letters()[4].startswith("The settings page can be read again and is in force (revision ")
    assert len(mods.letters()) == 5
    assert len(mods.talks()) == 1


def test_a_page_that_cancels_itself_is_in_force_and_its_moderators_are_told_once(mods):
    mods.invite()
    mods.edit("mode: auto\nreply: message\nflair_allow: Old photo, Family")
    for _ in range(2):
        mods.round()
    assert mods.rules() == Rules(mode="auto", reply="message", flair_allow=("Old photo", "Family"))
    _, body = mods.letters()
    assert "* `mode: auto` has no effect with `reply: message`" in body


def test_what_is_in_force_stands_on_a_page_of_its_own(mods):
    mods.invite()
    status = mods.world.subreddit("pics").wiki[f"{PAGE}/status"]
    assert status.permlevel == 2
    mods.edit("mode: auto\nreply: message\nflair_allow: Old photo")
    mods.round()
    text = status.revisions[-1].content
    assert f"revision {mods.page().revisions[-1].id} of the settings page" in text
    assert "* `mode: auto` has no effect with `reply: message`" in text
    assert "| with the flair `Old photo` | not answered (turned_off) | answered | answered |" in text
    assert '| `flair_allow` | `["Old photo"]` |' in text
    before = len(status.revisions)
    for _ in range(2):
        assert len(mods.round()) == 2, "its own edits are no edits of the settings"
    mods.edit("mode: sometimes")
    mods.round()
    assert len(status.revisions) == before, "nothing else is in force"


def test_the_page_is_written_anew_when_a_pause_ends(mods, engine):
    yesterday, today = now().date() - timedelta(days=1), now().date()
    mods.invite()
    mods.edit(f"paused_until: {today}")
    mods.round()
    status = mods.world.subreddit("pics").wiki[f"{PAGE}/status"]
    looked = len(status.revisions)
    subreddits.change(engine, "pics", checked_at=datetime.combine(yesterday, time(23), UTC))
    letters = mods.letters()
    for _ in range(2):
        mods.round()
    assert len(status.revisions) == looked + 1
    assert "* `paused_until` has no effect any more" in status.revisions[-1].content
    assert mods.letters() == letters


def test_a_page_may_name_only_models_that_are_there(mods):
    mods.invite()
    mods.edit("model: siggraph17")
    mods.round(models={"compact"})
    assert "found `siggraph17`. Allowed: compact, or none." in mods.letters()[1]
    assert mods.rules().model is None


def test_a_page_that_was_there_before_the_bot_is_kept(mods):
    mods.edit("mode: auto")
    mods.invite()
    assert mods.rules().mode == "auto"
    assert (len(mods.page().revisions), mods.page().permlevel) == (1, 2)


def test_an_edit_that_the_log_does_not_show_is_found_by_the_next_full_look(world, mods, engine):
    mods.invite()
    mods.round()
    mods.edit("mode: auto")
    world.subreddit("pics").log.clear()
    assert len(mods.round()) == 2
    subreddits.change(engine, "pics", checked_at=now() - timedelta(hours=7))
    mods.round()
    assert mods.rules().mode == "auto"


def test_several_edits_of_one_second_are_told_apart(world, mods, engine):
    second = world.now()
    world.clock = lambda: second
    mods.invite()
    mods.edit("mode: auto")
    mods.round()
    world.add_subreddit("other", moderators=["mod"])
    mods.edit("mode: off")
    assert [request for request in mods.round() if request.endswith(f"wiki/{PAGE}")] == [f"GET /r/pics/wiki/{PAGE}"]
    assert mods.rules().mode == "off"
    assert len(mods.round()) == 2
    assert len(notes.read(engine, settings_page.LOG_READ_TO)["ids"]) == 6, (
        "three of the settings, three of the status page"
    )


def test_demotion_is_noticed_and_nothing_is_said(world, mods, engine):
    mods.invite()
    mods.edit("mode: auto")
    mods.round()
    letters = mods.letters()
    world.remove_moderator("pics", BOT)
    mods.round()
    assert subreddits.joined(engine) == []
    assert mods.rules() == Rules()
    assert silences.reasons(engine, silences.SUBREDDIT, "pics") == {Reason.LEFT}
    assert len(mods.round()) == 2
    assert mods.letters() == letters


def test_an_empty_list_of_moderated_subreddits_is_not_believed(world, mods):
    mods.invite()
    mods.edit("mode: auto")
    world.faults.add(method="GET", path="/subreddits/mine/moderator", times=1, action="empty")
    mods.round()
    assert mods.rules().mode == "auto"


def test_a_new_invitation_takes_everything_up_again(world, mods, engine):
    mods.invite()
    mods.edit("mode: auto")
    world.remove_moderator("pics", BOT)
    mods.round()
    silences.silence(engine, silences.SUBREDDIT, "pics", Reason.BANNED)
    mods.invite()
    assert mods.rules().mode == "auto"
    assert silences.reasons(engine, silences.SUBREDDIT, "pics") == set()


def test_trouble_with_reddit_ends_nothing(world, mods):
    mods.invite()
    mods.edit("mode: auto")
    world.faults.add(method="GET", path="/subreddits/mine/moderator", times=1, action="status", status=403)
    with pytest.raises(Exception, match="list the moderated subreddits: 403"):
        mods.round()
    world.faults.add(method="GET", path="/r/mod/about/log", times=1, action="status", status=403)
    mods.round()
    assert mods.rules().mode == "summon"
    world.faults.add(method="GET", path=f"/r/pics/wiki/{PAGE}", times=3, action="status", status=429)
    mods.round()
    assert mods.rules().mode == "summon"
    mods.round()
    mods.round()
    mods.round()
    assert mods.rules().mode == "auto"


@pytest.mark.parametrize(
    "path",
    [
        "/r/pics/api/accept_moderator_invite",
        "/r/pics/api/wiki/edit",
        f"/r/pics/wiki/settings/{PAGE}",
        "/api/mod/conversations",
    ],
)
def test_an_answer_that_got_lost_does_nothing_twice(world, mods, path):
    world.faults.add(method="POST", path=path, times=1, action="store_then_status", status=503)
    mods.invite()
    mods.poll()
    mods.round()
    mods.round()
    assert mods.unread() == []
    assert len(mods.letters()) == 1
    assert (len(mods.page().revisions), mods.page().permlevel) == (1, 2)


def test_a_complaint_whose_answer_got_lost_is_not_sent_again(world, mods):
    mods.invite()
    mods.edit("mode: sometimes")
    world.faults.add(method="POST", path="/api/mod/conversations", times=1, action="store_then_status", status=503)
    for _ in range(3):
        mods.round()
    assert len(mods.letters()) == 2


def test_without_permission_for_the_wiki_the_bot_says_so(mods):
    mods.invite(permissions=["mail"])
    assert PAGE not in mods.world.subreddit("pics").wiki
    (body,) = mods.letters()
    assert "I need the permission to manage wiki pages" in body
    assert mods.rules() == Rules()


def test_without_permission_for_modmail_the_bot_writes_as_anybody_can(mods):
    mods.invite(permissions=["wiki"])
    assert len(mods.letters()) == 1
    assert PAGE in mods.world.subreddit("pics").wiki


def test_moderators_who_cannot_be_told_do_not_stop_the_rest(world, mods, engine):
    world.subreddit("pics").muted.add(PAGE)
    mods.invite()
    assert mods.letters() == []
    assert subreddits.joined(engine)[0].welcomed_at is not None


def test_a_taken_back_invitation_is_nothing(world, mods, engine):
    world.invite_moderator("pics", BOT)
    world.remove_moderator("pics", BOT)
    mods.poll()
    assert (mods.unread(), list(subreddits.joined(engine))) == ([], [])


def test_what_a_person_writes_is_no_invitation(world, mods):
    world.invite_moderator("pics", BOT)
    world.users[PAGE].inbox.clear()
    world.message(BOT, "mallory", "invitation to moderate /r/pics", "gadzooks!")
    world.message(BOT, None, "invitation to moderate /r/pics", "gadzooks!", subreddit="other")
    assert [item.author for item in mods.poll()] == ["mallory", None]
    assert PAGE not in world.subreddit("pics").moderators


@pytest.mark.parametrize(("act", "reason"), [("ban", Reason.BANNED), ("mute", Reason.MUTED)])
def test_a_ban_silences_the_bot_there(world, mods, engine, act, reason):
    getattr(world, act)("pics", BOT)
    assert mods.poll() == []
    assert silences.reasons(engine, silences.SUBREDDIT, "Pics") == {reason}
    assert mods.unread() == []


def test_stored_rules_of_another_version_turn_the_bot_off(mods, engine):
    mods.invite()
    subreddits.change(engine, "pics", rules="a_key_of_tomorrow: yes")
    assert not mods.rules().answers()
