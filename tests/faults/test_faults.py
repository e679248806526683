"""A small part of the fault matrix and of the random run; `make fault-matrix` and `make soak` do the whole."""

import pytest

from tests.faults.matrix import plans, try_fault, try_kill
from tests.faults.soak import try_once
from tests.faults.trial import Ended

pytestmark = pytest.mark.slow

SOME = ("503, and stored 0.5 s later", "429 to reading the thread, Retry-After", "RATELIMIT")


@pytest.mark.parametrize("name", SOME)
def test_a_fault_of_reddits_costs_nothing(name):
    assert try_fault(next(plan for plan in plans() if plan.name == name)) == Ended()


@pytest.mark.parametrize("number", [60, 110, 125, 140])
def test_a_kill_costs_nothing(number):
    assert try_kill(number) == Ended()


def test_a_random_run_is_the_same_for_the_same_seed():
    assert try_once("a seed")[1] == Ended()
