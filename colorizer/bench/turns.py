"""Taking turns: the time of several things, measured so that noise hits all of them alike."""

import random
import statistics
import time
from collections.abc import Callable, Hashable, Mapping
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
Progress = Callable[[str], None]
"""Called with a few words about what is being measured."""


def take_turns(contestants: Mapping[K, Callable[[], object]], rounds: int, progress: Progress) -> dict[K, list[float]]:
    """The seconds that each contestant took in each round; in a round each is called once, in changing order.

    The same place in two lists is the same round. Each is called once more just before, and that call does not count:
    after other shapes the caches of processor and library are cold, which would be charged to whoever comes next.
    """
    seconds: dict[K, list[float]] = {name: [] for name in contestants}
    order = list(contestants)
    shuffle = random.Random(0).shuffle
    for number in range(rounds):
        shuffle(order)
        for name in order:
            progress(f"round {number + 1} of {rounds}: {name}")
            contestants[name]()
            started = time.perf_counter()
            contestants[name]()
            seconds[name].append(time.perf_counter() - started)
    return seconds


def median(values: list[float]) -> float:
    """The median, which a few disturbed rounds do not move."""
    return statistics.median(values)


def ratio(reference: list[float], seconds: list[float]) -> float:
    """How many times as fast as the reference: the median over rounds of the ratio within the round."""
    return statistics.median(r / s for r, s in zip(reference, seconds, strict=True))
