"""A small part of the fault matrix and of the random run; `make fault-matrix` and `make soak` do the whole."""

import pytest

from tests.faults.matrix import at_imgur, at_reddit, plans, try_fault, try_kill
from tests.faults.soak import try_once
from tests.faults.trial import Ended
from tests.faults.troubles import troubles

pytestmark = pytest.mark.slow

SOME = (
    "stored, then a page for people",
    "503, stored later, and killed",
    "503, stored later, clock set ahead",
    "408, then 503 and stored later",
    "429 to reading the thread, Retry-After",
    "half an answer to reading the inbox",
    "RATELIMIT",
)


@pytest.mark.parametrize("name", SOME)
def test_a_fault_of_reddits_costs_nothing(name):
    assert try_fault(next(plan for plan in plans() if plan.name == name)) == Ended()


def test_a_picture_that_reddit_posts_late_is_posted_once():
    assert try_fault(next(plan for plan in at_reddit() if plan.name.endswith("posted later, and killed"))) == Ended()


def test_a_picture_that_imgur_kept_unknown_is_named():
    assert try_fault(next(plan for plan in at_imgur() if plan.kill_at)) == Ended()


@pytest.mark.parametrize("point", ["before GET photo", "after upload", "before POST /api/comment", "before commit"])
def test_a_kill_costs_nothing(point):
    assert try_kill(point) == Ended()


def test_weights_that_are_damaged_cost_nothing():
    assert next(one for one in troubles() if one.name == "weights: cut short").take_place() == Ended()


def test_a_random_run_is_the_same_for_the_same_seed():
    assert try_once("a seed")[1] == Ended()
