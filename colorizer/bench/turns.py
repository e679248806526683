"""Taking turns: the time of several things, measured so that noise hits all of them alike."""

import random
import statistics
import time
from collections.abc import Callable, Hashable, Mapping
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
Progress = Callable[[str], None]
"""Called with a few words about what is being measured."""


LONG, FEW = 2.0, 2
"""Seconds that the turns of one contestant may take together, and how many turns it has at least."""

SHORT = 0.25
"""Seconds under which what ran before is felt."""


def take_turns(contestants: Mapping[K, Callable[[], object]], rounds: int, progress: Progress) -> dict[K, list[float]]:
    """The seconds that each contestant took in each round; in a round each is called once, in changing order.

    The same place in two lists is the same round. One that takes long has turns in the first rounds only, as many as
    fit into LONG seconds and FEW at least. Each is called once more before its first turn, a short one before every
    turn, and that call does not count: after other shapes the caches of processor and library are cold, which would be
    charged to whoever comes next.
    """
    seconds: dict[K, list[float]] = {name: [] for name in contestants}
    turns = dict.fromkeys(contestants, rounds)
    order = list(contestants)
    shuffle = random.Random(0).shuffle
    for number in range(rounds):
        shuffle(order)
        for name in (one for one in order if number < turns[one]):
            progress(f"round {number + 1} of {rounds}: {name}")
            if number == 0 or seconds[name][0] < SHORT:
                contestants[name]()
            started = time.perf_counter()
            contestants[name]()
            seconds[name].append(time.perf_counter() - started)
            if number == 0:
                turns[name] = min(rounds, max(FEW, int(LONG / seconds[name][0])))
    return seconds


def median(values: list[float]) -> float:
    """The median, which a few disturbed rounds do not move."""
    return statistics.median(values)


def ratio(reference: list[float], seconds: list[float]) -> float:
    """How many times as fast as the reference: the median of the ratio within a round, over the rounds of both."""
    return statistics.median(r / s for r, s in zip(reference, seconds, strict=False))
