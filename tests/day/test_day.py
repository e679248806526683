"""A day in the life of the bot: every row that it leaves in the reply log, and what must hold at the end."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from bot.demo.posts import BOT
from bot.domain.outcomes import Outcome
from bot.domain.replies import DISCLOSURE
from bot.sandbox import notices
from tests.day import found
from tests.day.day import MIDNIGHT, begun
from tests.day.script import LETTERS, live
from tests.day.table import differences
from tests.day.town import PEOPLE

pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[2] / "docs" / "day.md"

OF_THE_DELETED = ("Aloysius", "Przemysl", "Kunigunde", "Telesphorus", "Scholastika", "A regatta elsewhere", "Ghosts")
"""Words that nobody else wrote, in what was answered and then deleted by who wrote it."""

NEVER_TRIED = {
    Outcome.CODEC_CRASHED,
    Outcome.DRY_RUN,
    Outcome.FAILED,
    Outcome.HOST_FAILED,
    Outcome.NOT_ALLOWED,
    Outcome.RESTING,
    Outcome.TOO_LATE,
    Outcome.TOO_MANY_REDIRECTS,
    Outcome.WITHDRAWN,  # tests/pipeline/test_meanwhile.py
    Outcome.UNSAFE,  # needs the picture guard, which is off unless set: tests/pipeline/test_picture_guard.py
    *(Outcome.NO_FILMS, Outcome.FILM_CRASHED, Outcome.FILM_TOO_COSTLY),
}
"""The outcomes that the day does not bring about; tests/pipeline/test_corrections.py has the rest of the studio's, and
tests/pipeline/test_films.py the rest of those of films."""


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    with begun(tmp_path_factory.mktemp("day") / "bot") as day:
        live(day)
        yield day


def test_the_reply_log_is_as_expected_row_by_row(day):
    lines = differences(day.expected, found.rows(day))
    assert not lines, "\n" + "\n".join(lines)


def test_the_page_shows_this_day(day):
    assert found.text(day) == PAGE.read_text(encoding="utf-8"), "write docs/day.md again: python -m tests.day"


def test_the_day_is_as_full_as_the_page_says(day):
    assert (len(day.world.posts), len(day.world.subreddits)) == (305, 12)
    assert found.people(day) == PEOPLE
    assert {job.outcome for job in found.jobs(day)} == set(Outcome) - NEVER_TRIED


def test_no_summons_has_two_answers(day):
    under = Counter(one.parent for one in found.comments(day))
    under += Counter(one.parent or one.subject for one in found.messages(day))
    assert [summons for summons, count in under.items() if count > 1] == []


def test_each_answer_belongs_to_exactly_one_row(day):
    written = [one.fullname for one in found.comments(day)] + [one.fullname for one in found.messages(day)]
    assert sorted(written) == sorted(job.reply for job in found.jobs(day) if job.reply and job.delivery != "edit")


def test_nothing_was_written_where_the_bot_shut_out_by_or_turned_off(day):
    closed = {
        "Genealogy": [("13:45", "24:00")],
        "Quarrels": [("14:30", "24:00")],
        "Circle": [("00:00", "24:00")],
        "Lectures": [("00:00", "24:00")],
        "Villages": [("20:10", "21:30")],
        "Portraits": [("00:00", "24:00")],  # the page says: by message
    }
    for comment in found.comments(day):
        for begin, end in closed.get(day.world.post_of(comment).subreddit, ()):
            clock = f"{(comment.created_utc - MIDNIGHT.timestamp()) / 3600:05.2f}"
            hours = [f"{int(time[:2]) + int(time[3:]) / 60:05.2f}" for time in (begin, end)]
            assert not hours[0] <= clock <= hours[1], comment
    tried = [call for call in day.world.calls if call["path"] == "/api/comment" and call["status"] == 403]
    assert tried == [], "a ban is believed without trying"


def test_the_inbox_is_read(day):
    assert [one for one in notices.shown(day.world, day.world.user(BOT)) if one.unread] == []


def test_the_pictures_are_those_that_answers_show(day):
    assert found.pictures_kept(day) == found.pictures_shown(day)


def test_nothing_is_left_of_what_people_deleted(day):
    stored = found.stored(day)
    assert [word for word in OF_THE_DELETED if word.encode() in stored] == []
    assert b"The orchestra" in stored, "what stands is still there"


def test_answers_look_as_the_moderators_want(day):
    for comment in found.comments(day):
        place, above = day.world.post_of(comment).subreddit, comment.parent
        assert DISCLOSURE in comment.body
        assert comment.stickied == (place == "OldPhotos" and above.startswith("t3_")), comment
        assert (comment.distinguished == "moderator") == (place == "OldPhotos"), comment
        assert comment.locked == (place == "Railways"), comment
        assert bool(comment.media) == (place == "Railways"), comment
        if place != "Villages":  # whose page changes in the course of the day
            assert ("[stop]" in comment.body) == (place not in {"Railways", "FamilyAlbums"}), comment


def test_moderators_get_each_letter_once(day):
    talks = list(day.world.conversations.values())
    places = [talk.subreddit for talk in talks]
    assert sorted(places) == sorted(set(places)), "one conversation for each subreddit"
    assert {place for place, _ in LETTERS} <= set(places)
    for talk in talks:
        written = [message.body for message in talk.messages if "Thank you for the invitation" not in message.body]
        assert len(written) == len(set(written)), talk.subreddit
    broken = [one.body for talk in talks for one in talk.messages if "I cannot read the [settings page]" in one.body]
    assert len(broken) == sum("cannot be read" in subject for _, subject in LETTERS)


def test_reddit_is_asked_seldom(day, capsys):
    windows = day.requests
    with capsys.disabled():
        print(f"\n{sum(windows.values())} requests in the day, at most {max(windows.values())} in ten minutes")  # noqa: T201
    assert max(windows.values()) < 600  # Reddit allows 100 a minute
    assert sum(windows.values()) < 3000


def test_three_days_later_nobody_is_remembered(day):
    day.until(MIDNIGHT + timedelta(days=3, hours=1), step=timedelta(hours=12))
    day.settle()
    assert {job.author for job in found.jobs(day)} == {None}
    stored = found.stored(day)
    said = {post.title for post in day.world.posts.values() if len(post.title) > 8}
    said |= {one.body for one in day.world.comments.values() if len(one.body) > 20 and one.author != BOT}
    assert [words for words in said if words.encode() in stored] == []
    assert found.pictures_kept(day) == found.pictures_shown(day)
