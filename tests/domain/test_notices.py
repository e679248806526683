from datetime import UTC, datetime

import pytest

from bot.domain.notices import invited_by, shut_out_by
from bot.domain.reddit_types import Source, Summons
from bot.domain.silence import Reason


def message(subject, *, author=None, subreddit="pics"):
    return Summons("t4_a", Source.MESSAGE, subreddit, author, None, "", subject, "", datetime.now(UTC))


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        ("You've been banned from participating in r/pics", Reason.BANNED),
        ("You've been permanently banned from participating in r/Pics", Reason.BANNED),
        ("You\u2019ve been temporarily banned from participating in r/pics", Reason.BANNED),
        ("You have been muted from r/pics", Reason.MUTED),
        ("You have been temporarily muted from r/pics", Reason.MUTED),
    ],
)
def test_bans_and_mutes_are_known_in_each_of_reddits_words(subject, reason):
    found = shut_out_by(message(subject))
    assert found is not None
    assert (found[0].lower(), found[1]) == ("pics", reason)


def test_nobody_else_can_write_one():
    ban = "You've been banned from participating in r/pics"
    assert shut_out_by(message(ban, author="mallory")) is None
    assert shut_out_by(message(ban, subreddit="other")) is None
    assert invited_by(message("invitation to moderate /r/pics")) == "pics"
    assert invited_by(message("invitation to moderate /r/pics", author="mallory")) is None
