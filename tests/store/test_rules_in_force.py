from datetime import timedelta

from bot.domain.rules import Rules
from bot.domain.rules_page import parse_rules
from bot.domain.silence import Reason
from bot.store import silences, subreddits
from bot.store.jobs import now


def put(engine, name, text):
    subreddits.put_in_force(engine, subreddits.find(engine, name), text, parse_rules(text), "r1")


def test_joining_leaving_and_joining_again(engine):
    assert subreddits.join(engine, "Pics")
    assert not subreddits.join(engine, "pics")
    put(engine, "PICS", "mode: auto")
    assert subreddits.rules_of(engine, "pIcs") == Rules(mode="auto")
    subreddits.mark_left(engine, "Pics")
    assert (subreddits.find(engine, "pics"), list(subreddits.joined(engine))) == (None, [])
    assert subreddits.rules_of(engine, "pics") == Rules()
    assert silences.reasons(engine, silences.SUBREDDIT, "pics") == {Reason.LEFT}
    assert subreddits.join(engine, "pics")
    row = subreddits.find(engine, "pics")
    assert (row.rules, row.revision, row.auto_since, row.welcomed_at, row.left_at) == ("", None, None, None, None)
    assert silences.reasons(engine, silences.SUBREDDIT, "pics") == set()


def test_rules_where_no_page_was_read(engine):
    assert subreddits.rules_of(engine, "pics").mode == "summon"
    assert subreddits.rules_of(engine, "pics", listed=["Pics"]).mode == "auto"
    subreddits.join(engine, "pics")
    assert subreddits.rules_of(engine, "pics", listed=["Pics"]).mode == "auto"
    put(engine, "pics", "")
    assert subreddits.rules_of(engine, "pics", listed=["Pics"]).mode == "summon"


def test_how_far_listings_were_read(engine):
    subreddits.join(engine, "mine")
    early, late = now() - timedelta(hours=2), now()
    subreddits.set_read_to(engine, subreddits.POSTS, ["Mine", "theirs"], early)
    subreddits.set_read_to(engine, subreddits.POSTS, ["theirs"], late)
    subreddits.set_read_to(engine, subreddits.COMMENTS, ["mine"], late)
    assert subreddits.read_to(engine, subreddits.POSTS, ["mine", "Theirs", "new"]) == {"mine": early, "theirs": late}
    assert subreddits.read_to(engine, subreddits.COMMENTS, ["mine", "theirs"]) == {"mine": late}
