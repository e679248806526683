from datetime import UTC, datetime

import pytest

from bot.domain.notices import is_invitation, is_shut_out
from bot.domain.silence import Reason
from bot.domain.things import Source, Summons


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
    found = is_shut_out(message(subject))
    assert found is not None
    assert (found[0].lower(), found[1]) == ("pics", reason)


def test_nobody_else_can_write_one():
    ban = "You've been banned from participating in r/pics"
    assert is_shut_out(message(ban, author="mallory")) is None
    assert is_shut_out(message(ban, subreddit="other")) is None
    assert is_invitation(message("invitation to moderate /r/pics")) == "pics"
    assert is_invitation(message("invitation to moderate /r/pics", author="mallory")) is None
