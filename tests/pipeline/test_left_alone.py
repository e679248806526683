"""Whom and where the bot leaves alone, and for how long, on the sandbox over HTTP."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.demo.posts import BOT
from bot.store import jobs
from bot.store.subreddit_tables import Silence
from tests.pipeline.endings import outcomes

PLACE = "AskForColour"


def test_two_bots_cannot_keep_each_other_talking(world, asked, bot):
    with bot(reddit={"ignored_users": ("Chatty",)}) as running:
        assert outcomes(running) == ["colorized"]
        (reply,) = world.replies_by(BOT)
        for name, words in (
            ("AutoModerator", f"u/{BOT} vivid"),  # known
            ("Chatty", f"u/{BOT} vivid"),  # the operator's own list
            ("poetry_bot", "again"),  # looks like one, and only replies
            (BOT, f"u/{BOT} again"),  # itself
        ):
            world.comment(reply.fullname, name, words)
        assert outcomes(running)[1:] == ["asked_by_bot"] * 3, "nobody is told of what they wrote themselves"
        assert len([one for one in world.replies_by(BOT) if one is not reply]) == 1, (
            "its own one, which it did not answer"
        )


@pytest.mark.parametrize(
    ("state", "answers"),
    [
        ("private", ["forbidden", "kept_out"]),
        ("quarantined", ["quarantined", "quarantined"]),
    ],
)
def test_a_closed_subreddit_is_remembered_for_a_while_and_then_tried_again(world, asked, bot, state, answers):
    world.comment(asked.fullname, "karl", f"u/{BOT}")
    place = world.subreddit(PLACE)
    with bot() as running:
        running.poll()
        place.kind, place.quarantine = ("private", False) if state == "private" else ("public", True)
        assert outcomes(running) == answers
        assert len([call for call in world.calls if call["path"].startswith("/comments/")]) == 1, "it was remembered"
        assert world.replies_by(BOT) == []
        place.kind, place.quarantine = "public", False
        with Session(running.engine) as session, session.begin():
            session.execute(update(Silence).where(Silence.until.is_not(None)).values(until=jobs.now()))
        world.comment(asked.fullname, "lea", f"u/{BOT}")
        assert outcomes(running)[2:] == ["colorized"]
