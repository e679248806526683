"""When a reply has to go, as a table."""

from datetime import timedelta

import pytest

from bot.domain.aftercare import Bounds, Removal, looks, removal, wait_after

HOUR = timedelta(hours=1)
BOUNDS = Bounds(remove_at_score=-2, grace=timedelta(minutes=30))
REPLY = {"name": "t1_r", "author": "Bot", "body": "words", "score": 1}
ASKED = {"name": "t1_s", "author": "ida", "body": "u/Bot"}
POST = {"name": "t3_p", "author": "henry", "removed_by_category": None}
HIDDEN = {"author": "[deleted]", "body": "[removed]"}
GONE = {"author": "[deleted]", "body": "[deleted]"}


def parent(**changes):
    return POST | {"crosspost_parent_list": [POST | {"name": "t3_q"} | changes]}


@pytest.mark.parametrize(
    ("reply", "sources", "age", "why"),
    [
        (REPLY, [ASKED, POST], HOUR, None),
        (REPLY, [], HOUR, None),
        # Votes.
        (REPLY | {"score": -1}, [ASKED, POST], HOUR, None),
        (REPLY | {"score": -2}, [ASKED, POST], HOUR, Removal.SCORE),
        (REPLY | {"score": -9}, [ASKED, POST], timedelta(minutes=29), None),
        (REPLY | {"score": -9, "score_hidden": True}, [ASKED, POST], HOUR, None),
        # The source.
        (REPLY, [ASKED | GONE, POST], HOUR, Removal.SOURCE_GONE),
        (REPLY, [ASKED | {"author": None}, POST], HOUR, Removal.SOURCE_GONE),
        (REPLY, [ASKED | HIDDEN, POST], HOUR, None),
        (REPLY, [None, POST], HOUR, Removal.SOURCE_GONE),
        (REPLY, [ASKED, None], HOUR, Removal.SOURCE_GONE),
        (REPLY, [ASKED, POST | {"author": "[deleted]"}], HOUR, Removal.SOURCE_GONE),
        *(
            (REPLY, [ASKED, POST | {"removed_by_category": category}], timedelta(0), Removal.SOURCE_GONE)
            for category in ("deleted", "author", "reddit", "copyright_takedown", "content_takedown", "anti_evil_ops")
        ),
        *(
            (REPLY, [ASKED, POST | {"removed_by_category": category}], HOUR, None)
            for category in ("moderator", "automod_filtered", "community_ops")
        ),
        (REPLY, [parent()], HOUR, None),
        (REPLY, [parent(removed_by_category="deleted")], HOUR, Removal.SOURCE_GONE),
        (REPLY, [parent(author=None)], HOUR, Removal.SOURCE_GONE),
        # The reply itself.
        (REPLY | HIDDEN, [ASKED, POST], HOUR, Removal.MODERATOR),
        (REPLY | {"removed": True}, [ASKED, POST], HOUR, Removal.MODERATOR),
        (REPLY | {"banned_by": "mod"}, [ASKED | GONE, POST], HOUR, Removal.MODERATOR),
        (REPLY | GONE, [ASKED, POST], HOUR, Removal.OPERATOR),
        # A message instead of a comment.
        (None, [POST], HOUR, None),
        (None, [POST | {"author": None}], HOUR, Removal.SOURCE_GONE),
        # Reddit shows nothing at all: a subreddit gone private, or a bad answer.
        (None, [None, None], HOUR, None),
        (None, [], HOUR, None),
    ],
)
def test_why_a_reply_goes(reply, sources, age, why):
    assert removal(reply, sources, age=age, bounds=BOUNDS) is why


def test_young_replies_are_looked_at_more_often_and_old_ones_never_forgotten():
    every = [every for _, every in looks(timedelta(days=7))]
    assert every == [timedelta(minutes=15), timedelta(hours=6), timedelta(days=7)]
    assert [age for age, _ in looks(timedelta(hours=12))] == [timedelta(hours=12), timedelta(hours=12), None]


def test_waits_double_up_to_a_day():
    assert [wait_after(failures) for failures in (1, 2, 3, 12, 10_000)] == [
        timedelta(minutes=1),
        timedelta(minutes=2),
        timedelta(minutes=4),
        timedelta(days=1),
        timedelta(days=1),
    ]
