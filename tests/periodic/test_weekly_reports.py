"""The weekly letter to moderators, over HTTP with the real PRAW, by a clock that the test turns."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.aftercare import Removal
from bot.periodic import invitations, settings_page, weekly_reports
from bot.reddit import inbox
from bot.store import subreddits

BOT = "ColorizeBot"
MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(days=7)


class Weeks:
    """A moderated subreddit, and the bot's task of weekly letters."""

    def __init__(self, world, reddit, engine):
        self.world, self.reddit, self.engine = world, reddit, engine

    def edit(self, text):
        self.world.write_wiki("pics", BOT.lower(), text, "mod")
        self.page()

    def page(self):
        invitations.run(self.engine, self.reddit, bot_name=BOT, own=())
        settings_page.run(self.engine, self.reddit, bot_name=BOT)

    def at(self, moment):
        """One run at that time; returns how many letters it sent."""
        self.world.clock = moment.timestamp
        return weekly_reports.run(self.engine, self.reddit, bot_name=BOT, clock=lambda: moment)

    def letters(self):
        talks = [talk for talk in self.world.conversations.values() if talk.subreddit == "pics"]
        assert len(talks) == 1
        return [one.body for one in talks[0].messages if one.body.startswith("The week from ")]


@pytest.fixture
def weeks(world, reddit, engine):
    world.clock = (MONDAY - 3 * WEEK).timestamp
    world.invite_moderator("pics", BOT, ("all",))
    invitations.take_notices(engine, reddit, list(inbox.unread(reddit)))
    found = Weeks(world, reddit, engine)
    found.page()
    return found


def test_moderators_who_want_it_get_one_letter_a_week(weeks, database):
    assert weeks.at(MONDAY - 2 * WEEK) == 0, "nobody asked for it"
    weeks.edit("weekly_report: yes")
    assert weeks.at(MONDAY + 2 * DAY) == 0, "the week is not over"
    within = {"received_at": MONDAY + 3 * DAY, "subreddit": "Pics"}
    for _ in range(2):
        database.job(**within)
    database.job(**within, source="scan")
    database.job(**within, outcome="flair", reply=None)
    database.job(**within, source="scan", outcome="already_colour", reply=None)
    database.job(**within, outcome="helped", removal=Removal.SCORE, removal_at=MONDAY + 4 * DAY)
    database.job(subreddit="elsewhere", received_at=MONDAY + DAY)
    database.job(subreddit="pics", received_at=MONDAY - timedelta(seconds=1))
    database.job(subreddit="pics", received_at=MONDAY + WEEK)
    assert weeks.at(MONDAY + WEEK - timedelta(seconds=1)) == 0
    assert [weeks.at(MONDAY + WEEK + minutes * timedelta(minutes=10)) for minutes in range(3)] == [1, 0, 0]
    (letter,) = weeks.letters()
    assert letter == (
        "The week from 2026-11-16 to 2026-11-22, in UTC:\n\n"
        "* 3 photos answered in colour: 2 on request, 1 as new posts.\n"
        "* 1 request for words answered, such as `help`, `stop` and `delete`.\n"
        "* 1 request not answered:\n"
        "    * 1: The subreddit's settings page leaves posts of that flair out.\n"
        "* 1 answer taken away:\n"
        "    * 1: the score was too low\n\n"
        "Write `weekly_report: no` into the settings page, and this letter does not come any more."
    )
    assert weeks.at(MONDAY + 2 * WEEK) == 1
    assert "1 on request, 0 as new posts" in weeks.letters()[1]
    assert weeks.at(MONDAY + 6 * WEEK) == 1, "after weeks without the bot, the last week alone"
    assert "Nobody asked" in weeks.letters()[2]
    assert weeks.letters()[2].startswith("The week from 2026-12-21 to 2026-12-27")


def test_a_bot_that_died_before_it_noted_the_letter_does_not_send_it_again(weeks, engine):
    weeks.edit("weekly_report: yes")
    weeks.at(MONDAY)
    assert weeks.at(MONDAY + WEEK) == 1
    subreddits.change(engine, "pics", reported_to=MONDAY)
    weeks.at(MONDAY + WEEK + DAY)
    assert len(weeks.letters()) == 1


def test_a_letter_whose_answer_got_lost_is_not_sent_again(weeks):
    weeks.edit("weekly_report: yes")
    weeks.at(MONDAY)
    (talk,) = weeks.world.conversations.values()
    weeks.world.faults.add(
        method="POST", path=f"/api/mod/conversations/{talk.id}", times=1, action="store_then_status", status=503
    )
    assert weeks.at(MONDAY + WEEK) == 0
    weeks.at(MONDAY + WEEK + DAY)
    assert len(weeks.letters()) == 1


def test_who_stops_and_begins_again_gets_no_letter_about_the_time_between(weeks):
    weeks.edit("weekly_report: yes")
    weeks.at(MONDAY)
    weeks.edit("weekly_report: no")
    assert weeks.at(MONDAY + WEEK) == 0
    weeks.edit("weekly_report: yes")
    assert weeks.at(MONDAY + 2 * WEEK + DAY) == 0
    assert weeks.at(MONDAY + 3 * WEEK) == 1
    assert weeks.letters()[0].startswith("The week from 2026-11-30")


def test_without_the_permission_for_modmail_there_is_no_letter(world, reddit, engine):
    world.invite_moderator("pics", BOT, ("wiki",))
    invitations.take_notices(engine, reddit, list(inbox.unread(reddit)))
    weeks = Weeks(world, reddit, engine)
    weeks.edit("weekly_report: yes")
    before = len(world.conversations)
    weeks.at(MONDAY + 4 * WEEK)
    assert weeks.at(MONDAY + 5 * WEEK) == 0
    assert len(world.conversations) == before
