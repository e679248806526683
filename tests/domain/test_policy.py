from dataclasses import replace

import pytest

from bot.domain.delivery import Delivery
from bot.domain.limits import Counts
from bot.domain.outcomes import Group, Outcome
from bot.domain.policy import (
    InThread,
    Stored,
    decide,
    decide_in_thread,
    refusal_by_silence,
    refusal_of_asker,
    refusal_of_thread,
)
from bot.domain.reddit_types import Comment, Post, Source, Thread
from bot.domain.refusals import Refused, told_by
from bot.domain.rules import Rules
from bot.domain.silence import EFFECTS, Reason
from bot.domain.stages import Stage

POST = Post.from_json({"name": "t3_p", "author": "ada", "subreddit": "pics"})
ASKED = Comment.from_json({"name": "t1_c", "parent_id": "t3_p", "author": "bob", "body": "u/Bot"})


@pytest.mark.parametrize(
    ("author", "source", "understood", "outcome"),
    [
        ("bob", Source.MENTION, True, None),
        ("bob", Source.REPLY, False, Outcome.NOT_SUMMONED),
        ("bob", Source.MESSAGE, False, Outcome.NOT_SUMMONED),
        ("bob", Source.SCAN, False, None),
        ("bot", Source.MENTION, True, Outcome.OWN_THING),
        ("bot", Source.SCAN, False, Outcome.OWN_THING),
        ("automoderator", Source.MENTION, True, Outcome.ASKED_BY_BOT),
        ("new_helper_bot", Source.REPLY, True, Outcome.ASKED_BY_BOT),
        ("HelperBot", Source.REPLY, True, Outcome.ASKED_BY_BOT),
        ("HelperBot", Source.MENTION, True, None),
        ("botanist", Source.REPLY, True, None),
        (None, Source.MESSAGE, True, Outcome.NOT_SUMMONED),
        ("reddit", Source.MESSAGE, True, Outcome.ASKED_BY_BOT),
        (None, Source.MENTION, True, None),  # the thread tells whether it is gone
    ],
)
def test_who_asks(author, source, understood, outcome):
    assert refusal_of_asker(author, source, "Bot", understood=understood) is outcome


@pytest.mark.parametrize(
    ("post", "asked", "outcome"),
    [
        ({}, {}, None),
        ({"author": None}, {}, Outcome.DELETED),
        ({"removed_by": "deleted"}, {}, Outcome.DELETED),
        ({"removed_by": "moderator"}, {}, Outcome.REMOVED),
        ({"removed_by": "reddit"}, {}, Outcome.REMOVED),
        ({}, {"removed": True}, Outcome.REMOVED),
        ({}, {"author": None}, Outcome.DELETED),
        ({"quarantine": True}, {}, Outcome.QUARANTINED),
        ({"over_18": True}, {}, Outcome.NSFW),
        ({"crosspost_parent": replace(POST, over_18=True)}, {}, Outcome.NSFW),
        ({"crosspost_parent": replace(POST, removed_by="moderator")}, {}, Outcome.REMOVED),
        ({"crosspost_parent": replace(POST, author=None)}, {}, Outcome.DELETED),
        ({"crosspost_parent": replace(POST, quarantine=True)}, {}, Outcome.QUARANTINED),
        ({"locked": True}, {}, Outcome.LOCKED),
        ({}, {"locked": True}, Outcome.LOCKED),
        ({"archived": True}, {}, Outcome.ARCHIVED),
        ({"removed_by": "moderator", "over_18": True, "locked": True}, {}, Outcome.REMOVED),
    ],
)
def test_thread(post, asked, outcome):
    assert refusal_of_thread(Thread(replace(POST, **post), (replace(ASKED, **asked),))) is outcome
    if not asked:
        assert refusal_of_thread(Thread(replace(POST, **post))) is outcome


def test_outcomes_have_distinct_names_and_say_what_they_mean():
    assert len({outcome.value for outcome in Outcome}) == len(Outcome)
    assert all(outcome.meaning.endswith(".") and outcome.value.islower() for outcome in Outcome)
    assert Outcome.COLORIZED.group is Outcome.GIVEN_AGAIN.group is Group.ANSWERED
    assert all(Outcome.named(outcome.value) is outcome for outcome in Outcome)


def test_stages_follow_each_other_to_the_last():
    assert [stage.following() for stage in Stage] == [*list(Stage)[1:], Stage.FINISH]


def test_an_operators_own_list_of_bots_is_ignored_too():
    asked = ("SomeBot", Source.MENTION, "Bot")
    assert refusal_of_asker(*asked, understood=True, ignored=("somebot",)) is Outcome.ASKED_BY_BOT
    assert refusal_of_asker(*asked, understood=True) is None


def test_nsfw_is_answered_where_it_is_welcome():
    thread = Thread(replace(POST, over_18=True))
    assert refusal_of_thread(thread, nsfw=True) is None


@pytest.mark.parametrize(
    ("people", "place", "elsewhere", "outcome"),
    [
        ((), (), False, None),
        ({Reason.ASKED}, (), True, Outcome.OPTED_OUT),
        ({Reason.OPERATOR}, (), True, Outcome.SILENCED),
        ((), {Reason.OPERATOR}, True, Outcome.SILENCED),
        ((), {Reason.BANNED}, False, Outcome.KEPT_OUT),
        ((), {Reason.BANNED}, True, None),
        ((), {Reason.MUTED, Reason.LEFT}, True, None),
        ((), {Reason.PRIVATE}, True, Outcome.KEPT_OUT),
        ((), {Reason.QUARANTINED}, True, Outcome.QUARANTINED),
    ],
)
def test_silences(people, place, elsewhere, outcome):
    assert refusal_by_silence(people, place, elsewhere=elsewhere) is outcome


def test_every_reason_has_an_effect_and_only_a_persons_word_lasts_for_good():
    assert set(EFFECTS) == set(Reason)
    assert {reason for reason, effect in EFFECTS.items() if effect.lasts is None} == {Reason.ASKED, Reason.OPERATOR}


_ASKED, _BANNED, _PRIVATE = ({reason} for reason in (Reason.ASKED, Reason.BANNED, Reason.PRIVATE))


@pytest.mark.parametrize(
    ("source", "stored", "delivery"),
    [
        (Source.MENTION, {}, Delivery.COMMENT),
        (Source.MESSAGE, {}, Delivery.MESSAGE),
        (Source.SCAN, {}, Delivery.COMMENT),
        (Source.MENTION, {"by_message": True}, Delivery.MESSAGE),
        (Source.SCAN, {"by_message": True}, Delivery.COMMENT),
        (Source.MENTION, {"place": _BANNED, "elsewhere": Delivery.THREAD}, Delivery.THREAD),
        (Source.MESSAGE, {"place": _BANNED, "elsewhere": Delivery.THREAD}, Delivery.THREAD),
        (Source.MENTION, {"elsewhere": Delivery.THREAD}, Delivery.COMMENT),
        (Source.MENTION, {"counts": Counts(in_thread=1)}, Delivery.COMMENT),
        (Source.MENTION, {"counts": Counts(by_user=19)}, Delivery.COMMENT),
    ],
)
def test_where_an_answer_goes(source, stored, delivery):
    assert decide(Stored(source, **stored)) is delivery


@pytest.mark.parametrize(
    ("source", "stored", "outcome", "told"),
    [
        (Source.MENTION, {"asker": _ASKED}, Outcome.OPTED_OUT, None),
        (Source.MENTION, {"asker": _ASKED, "place": _BANNED, "elsewhere": Delivery.MESSAGE}, Outcome.OPTED_OUT, None),
        (Source.MENTION, {"place": _BANNED}, Outcome.KEPT_OUT, None),
        (Source.MENTION, {"place": _PRIVATE, "elsewhere": Delivery.MESSAGE}, Outcome.KEPT_OUT, None),
        (Source.SCAN, {"place": _BANNED, "elsewhere": Delivery.MESSAGE}, Outcome.KEPT_OUT, None),
        (Source.SCAN, {"counts": Counts(in_thread=1)}, Outcome.ANSWERED_THERE, Delivery.COMMENT),
        (Source.MENTION, {"counts": Counts(by_user=20)}, Outcome.USER_LIMIT, Delivery.COMMENT),
        (Source.MESSAGE, {"counts": Counts(in_all=5000)}, Outcome.DAY_LIMIT, Delivery.MESSAGE),
    ],
)
def test_what_the_database_knows_against_an_answer(source, stored, outcome, told):
    with pytest.raises(Refused) as refused:
        decide(Stored(source, **stored))
    assert (refused.value.outcome, refused.value.deliver_to) == (outcome, told)


@pytest.mark.parametrize(
    ("source", "post", "rules", "author", "outcome"),
    [
        (Source.MENTION, {}, {}, set(), None),
        (Source.MENTION, {"locked": True}, {}, set(), Outcome.LOCKED),
        (Source.MESSAGE, {"locked": True}, {}, set(), None),
        (Source.MESSAGE, {"archived": True}, {}, set(), None),
        (Source.MESSAGE, {"over_18": True}, {}, set(), Outcome.NSFW),
        (Source.MENTION, {"over_18": True}, {"nsfw": "allow"}, set(), None),
        (Source.MENTION, {}, {"mode": "off"}, set(), Outcome.TURNED_OFF),
        (Source.MESSAGE, {}, {"mode": "off"}, set(), None),
        (Source.MENTION, {}, {"ignored_authors": ("bob",)}, set(), Outcome.IGNORED_AUTHOR),
        (Source.MENTION, {}, {"ignored_authors": ("ada",)}, set(), None),
        (Source.SCAN, {}, {"mode": "auto", "ignored_authors": ("ada",)}, set(), Outcome.IGNORED_AUTHOR),
        (Source.MENTION, {"flair": "Done"}, {"flair_deny": ("done",)}, set(), Outcome.FLAIR),
        (Source.MESSAGE, {}, {}, _ASKED, Outcome.OPTED_OUT),
        (Source.MENTION, {"removed_by": "moderator"}, {"mode": "off"}, _ASKED, Outcome.REMOVED),
    ],
)
def test_what_a_thread_says_against_an_answer(source, post, rules, author, outcome):
    known = InThread(Thread(replace(POST, **post), (ASKED,)), source, "bob", Rules(**rules), frozenset(author))
    if outcome is None:
        decide_in_thread(known)
        return
    with pytest.raises(Refused) as refused:
        decide_in_thread(known)
    assert refused.value.outcome is outcome


@pytest.mark.parametrize(("said", "told"), [(None, Delivery.THREAD), (Delivery.MESSAGE, Delivery.MESSAGE)])
def test_a_refusal_carries_where_it_may_be_told(said, told):
    with pytest.raises(Refused) as refused, told_by(Delivery.THREAD):
        raise Refused(Outcome.NO_SUCH_PHOTO, deliver_to=said)
    assert refused.value.deliver_to is told
