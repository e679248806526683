from datetime import timedelta

import pytest

from bot.domain.outcomes import Outcome
from bot.domain.refusals import RetryLater
from bot.domain.retry import (
    MAX_WAIT,
    Failure,
    GiveUp,
    RetryRules,
    TryAgain,
    decide,
    may_post,
    may_run,
    may_show_up,
    wait_after_death,
)
from bot.domain.stages import Stage

RULES = RetryRules(attempts=8, first_wait=timedelta(seconds=30), patience=timedelta(hours=24))
YOUNG, OLD = timedelta(minutes=1), timedelta(hours=25)


def gone(seconds=None, tries=None):
    return RetryLater("no answer", then=Outcome.PHOTO_UNREACHABLE, seconds=seconds, tries=tries)


def again(seconds):
    return TryAgain(timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("stage", "attempts", "age", "later", "decision"),
    [
        # Unexpected errors: so many runs, whatever the age.
        (Stage.FETCH, 0, YOUNG, None, again(30)),
        (Stage.FETCH, 1, YOUNG, None, again(60)),
        (Stage.FETCH, 6, OLD, None, again(1920)),
        (Stage.FETCH, 7, YOUNG, None, GiveUp(Outcome.FAILED)),
        (Stage.REPLY, 7, OLD, None, GiveUp(Outcome.FAILED)),
        # What may succeed later: until patience ends, however often.
        (Stage.FETCH, 0, YOUNG, gone(), again(30)),
        (Stage.FETCH, 500, YOUNG, gone(), TryAgain(MAX_WAIT)),
        (Stage.FETCH, 0, OLD, gone(), again(30)),
        (Stage.FETCH, 1, OLD, gone(), GiveUp(Outcome.PHOTO_UNREACHABLE)),
        (Stage.REPLY, 4, OLD, gone(), again(480)),
        (Stage.REPLY, 5, OLD, gone(), GiveUp(Outcome.PHOTO_UNREACHABLE)),
        # Or so many runs, where waiting longer makes no sense.
        (Stage.LOCATE, 2, YOUNG, gone(tries=4), again(120)),
        (Stage.LOCATE, 3, YOUNG, gone(tries=4), GiveUp(Outcome.PHOTO_UNREACHABLE)),
        (Stage.LOCATE, 1, OLD, gone(tries=4), GiveUp(Outcome.PHOTO_UNREACHABLE)),
        # The other side may ask for a longer wait, not for a shorter one.
        (Stage.FETCH, 0, YOUNG, gone(5), again(30)),
        (Stage.FETCH, 0, YOUNG, gone(7200), again(7200)),
    ],
)
def test_a_failed_step(stage, attempts, age, later, decision):
    assert decide(Failure(stage, attempts, age, later), RULES) == decision


def test_waits_stay_bounded_after_any_number_of_failures():
    waits = [decide(Failure(Stage.HOST, attempts, YOUNG, gone()), RULES).after for attempts in range(5000)]
    assert waits == sorted(waits)
    assert waits[-1] == MAX_WAIT


@pytest.mark.parametrize(
    ("stage", "deaths", "overdue", "runs"),
    [
        (Stage.FETCH, 7, True, True),
        (Stage.FETCH, 8, False, False),
        (Stage.REPLY, 100, False, True),
        (Stage.REPLY, 5, True, True),
        (Stage.REPLY, 6, True, False),
    ],
)
def test_a_step_in_which_the_worker_died(stage, deaths, overdue, runs):
    assert may_run(stage, deaths, overdue=overdue) == runs


@pytest.mark.parametrize(("deaths", "overdue", "posts"), [(2, True, True), (3, True, False), (100, False, True)])
def test_a_reply_is_given_up_after_deaths_only_when_it_is_overdue(deaths, overdue, posts):
    assert may_post(deaths, overdue=overdue) == posts


@pytest.mark.parametrize(
    ("stage", "deaths", "seconds"),
    [(Stage.FETCH, 0, 0), (Stage.FETCH, 1, 60), (Stage.REPLY, 0, 30), (Stage.LOCATE, 6, 1920), (Stage.HOST, 7, 3600)],
)
def test_a_step_waits_longer_after_each_death(stage, deaths, seconds):
    assert wait_after_death(stage, deaths, timedelta(seconds=30)) == timedelta(seconds=seconds)


@pytest.mark.parametrize(("sent", "left"), [(None, None), (0, 300), (299, 1), (300, None), (9000, None)])
def test_how_long_an_answer_may_still_show_up(sent, left):
    since = None if sent is None else timedelta(seconds=sent)
    assert may_show_up(since, timedelta(seconds=300)) == (left and timedelta(seconds=left))
