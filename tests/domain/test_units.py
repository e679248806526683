"""Durations and sizes in words."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.units import age

NOW = datetime(2026, 11, 27, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(0), "now"),
        (timedelta(seconds=59), "59 s ago"),
        (timedelta(minutes=90), "1 h ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=700), "700 days ago"),
        (timedelta(days=4000), "10 years ago"),
        (timedelta(days=-3), "in 3 days"),
    ],
)
def test_an_age_is_told_in_the_largest_unit_that_fits(ago, said):
    assert age(NOW - ago, NOW) == said
