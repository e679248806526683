"""A short run of each target, and what longer runs have found."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS

FOUND = sorted((Path(__file__).parent / "found").glob("*/*"))


def changed(seeds):
    """A beginning, or two of them, with some bytes changed, lost or repeated."""

    def change(parts, at, new, times):
        whole = b"".join(parts)
        cut = at % (len(whole) + 1)
        return whole[:cut] + new * times + whole[cut + len(new) :]

    parts = st.lists(st.sampled_from(seeds), min_size=1, max_size=2)
    return st.builds(change, parts, st.integers(0, 5000), st.binary(max_size=12), st.integers(0, 200))


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_breaks_what_reads_it_first(name):
    target = TARGETS[name]

    @settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.one_of(st.sampled_from(target.seeds), changed(target.seeds), st.binary(min_size=1, max_size=300)))
    def run(data):
        target(data)

    run()


@pytest.mark.parametrize("case", FOUND, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_was_found_stays_mended(case):
    TARGETS[case.parent.name](case.read_bytes())
