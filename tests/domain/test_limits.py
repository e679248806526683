import pytest

from bot.domain.limits import Counts, Limits, refusal
from bot.domain.outcomes import Outcome

LIMITS = Limits(per_user_day=3, per_thread=2, per_subreddit_day=4, per_day=5)


@pytest.mark.parametrize(
    ("counts", "outcome"),
    [
        (Counts(), None),
        (Counts(2, 1, 3, 4), None),
        (Counts(by_user=3), Outcome.USER_LIMIT),
        (Counts(in_thread=2), Outcome.THREAD_LIMIT),
        (Counts(in_subreddit=4), Outcome.SUBREDDIT_LIMIT),
        (Counts(in_all=5), Outcome.DAY_LIMIT),
        (Counts(9, 9, 9, 9), Outcome.USER_LIMIT),
    ],
)
def test_the_first_limit_that_is_reached(counts, outcome):
    assert refusal(counts, LIMITS) is outcome


@pytest.mark.parametrize(("said", "limit"), [(None, 4), (2, 2), (0, 0), (100, 4)])
def test_moderators_can_lower_the_limit_of_their_subreddit_only(said, limit):
    lowered = LIMITS.lowered(per_subreddit_day=said)
    assert lowered.per_subreddit_day == limit
    assert (lowered.per_user_day, lowered.per_thread, lowered.per_day) == (3, 2, 5)


def test_moderators_can_lower_the_limits_of_a_thread_and_of_a_person_there():
    lowered = LIMITS.lowered(per_subreddit_day=None, per_thread=1, per_user_here_day=2)
    assert refusal(Counts(in_thread=1), lowered) is Outcome.THREAD_LIMIT
    assert refusal(Counts(by_user=2, by_user_here=1), lowered) is None
    assert refusal(Counts(by_user=2, by_user_here=2), lowered) is Outcome.USER_LIMIT
    assert LIMITS.lowered(per_subreddit_day=None, per_thread=9).per_thread == 2
    assert refusal(Counts(by_user_here=99), LIMITS) is None
