"""The numbers of the charts page, as shares of a plot: x from the left and y from the top, both 0 to 100."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.outcomes import Group
from bot.store.database import Engine
from bot.store.reply_log import count_by_outcome
from bot.store.spans import scores_between, verdicts_between, waits_between
from bot.web.chart_span import SHORTEST, Span, address
from bot.web.log_rows import Count, badge_of, counts
from bot.web.remember import Remembered
from bot.web.wording import wait

PERCENTILES = (50, 90, 99)
LOWEST_SCORE, HIGHEST_SCORE = -5, 15
"""Scores beyond these are shown together with them."""

_FAILED = Group.FAILED.value
_GROUPS = (_FAILED, Group.ANSWERED.value, Group.SKIPPED.value, "open")
"""From the bottom of a bar to its top: what is rare and matters stands on the axis."""

_VISIBLE = 2.0
"""The height of a bar of failures at least, however few they are."""

_SETTLED_AFTER = timedelta(days=2)
_SETTLED_SECONDS = 600
_WAITS = (1, 10, 60, 600, 3600, 6 * 3600, 24 * 3600, 7 * 24 * 3600, 60 * 24 * 3600)


@dataclass(frozen=True, slots=True)
class Rect:
    """A bar or a line of a plot; `kind` gives its looks, `words` say what it is, `part` whose jobs it counts."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    words: str
    part: int | None = None


@dataclass(frozen=True, slots=True)
class Plot:
    """What is drawn, with the labels of both axes; ticks are (y, label)."""

    rects: Sequence[Rect]
    ticks: Sequence[tuple[float, str]]
    axis: Sequence[str]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the span: summonses by kind of ending, replies, and the seconds that the slowest shares waited."""

    label: str
    since: datetime
    until: datetime
    groups: Mapping[str, int]
    replies: int
    waits: Mapping[int, int]

    def jobs(self, group: str = "") -> str:
        """The address of its jobs, of one kind of ending or of all."""
        outcome = {"outcome": group if group == "open" else f"all-{group}"} if group else {}
        return address(self.since, self.until, "/log", **outcome)

    def zoomed(self) -> str | None:
        """The address of the charts of this part alone; None when it is too short to be parted."""
        return address(self.since, self.until) if self.until - self.since >= SHORTEST else None


@dataclass(frozen=True, slots=True)
class Charts:
    """Everything on the page."""

    parts: Sequence[Part]
    outcomes: Sequence[Count]
    verdicts: Sequence[tuple[str, int]]
    scores: Sequence[tuple[str, int]]
    volume_plot: Plot
    failed_plot: Plot | None
    wait_plot: Plot | None
    score_plot: Plot | None


class ChartMaker:
    """Makes charts. Parts that ended long ago hardly change, so they are counted anew only now and then."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._settled = Remembered(self._count, seconds=_SETTLED_SECONDS, most=5000)

    def __call__(self, span: Span, now: datetime) -> Charts:
        """The charts of that time."""
        parts, ended = [], dict[str, int]()
        for since, until in span.parts():
            count = self._settled if until < now - _SETTLED_AFTER else self._count
            by_outcome, waits = count((since, until))
            groups = dict.fromkeys(_GROUPS, 0)
            for name, number in by_outcome.items():
                groups[badge_of(name).group] += number
                ended[name] = ended.get(name, 0) + number
            found = percentiles(waits) if waits else {}
            parts.append(Part(span.label(since), since, until, groups, sum(waits.values()), found))
        verdicts = verdicts_between(self._engine, span.since, span.until)
        scores = _scores(scores_between(self._engine, span.since, span.until))
        return Charts(
            parts=parts,
            outcomes=counts(ended),
            verdicts=sorted(verdicts.items(), key=lambda pair: (-pair[1], pair[0])),
            scores=scores,
            volume_plot=_volume_plot(parts, _GROUPS),
            failed_plot=_volume_plot(parts, (_FAILED,)) if any(part.groups[_FAILED] for part in parts) else None,
            wait_plot=_wait_plot(parts),
            score_plot=_score_plot(scores),
        )

    def _count(self, part: tuple[datetime, datetime]) -> tuple[Mapping[str, int], Mapping[int, int]]:
        since, until = part
        return count_by_outcome(self._engine, since=since, until=until), waits_between(self._engine, since, until)


def percentiles(counted: Mapping[int, int]) -> dict[int, int]:
    """The 50th, 90th and 99th percentile of values that were counted: the value of the nearest rank."""
    found: dict[int, int] = {}
    for percent in PERCENTILES:
        rank = math.ceil(sum(counted.values()) * percent / 100)
        for value in sorted(counted):
            rank -= counted[value]
            if rank <= 0:
                found[percent] = value
                break
    return found


def round_up(number: int) -> int:
    """The next 1, 2 or 5 with zeros: the top of an axis."""
    size: int = 10 ** (len(str(max(1, number))) - 1)
    return next(size * step for step in (1, 2, 5, 10) if size * step >= number)


def _scores(counted: Mapping[int, int]) -> list[tuple[str, int]]:
    """One pair for each score that is shown; empty when no reply has a score yet."""
    if not counted:
        return []
    shown = dict.fromkeys(range(LOWEST_SCORE, HIGHEST_SCORE + 1), 0)
    for score, number in counted.items():
        shown[min(max(score, LOWEST_SCORE), HIGHEST_SCORE)] += number
    ends = {LOWEST_SCORE: f"{LOWEST_SCORE} or less", HIGHEST_SCORE: f"{HIGHEST_SCORE} or more"}
    return [(ends.get(score, str(score)), number) for score, number in shown.items()]


def _volume_plot(parts: Sequence[Part], groups: Sequence[str]) -> Plot:
    top = round_up(max(sum(part.groups[group] for group in groups) for part in parts))
    return Plot(list(_stacked(parts, groups, top)), _ticks(top), _axis([part.label for part in parts]))


def _stacked(parts: Sequence[Part], groups: Sequence[str], top: int) -> Iterator[Rect]:
    width = 100 / len(parts)
    for at, part in enumerate(parts):
        base = 100.0
        for group in groups:
            number = part.groups[group]
            height = 100 * number / top
            if number and group == _FAILED:
                height = max(height, _VISIBLE)
            base = max(0.0, base - height)
            if number:
                words = f"{part.label}: {number:,} {group}"
                yield Rect(at * width + width * 0.1, base, width * 0.8, height, group, words, at)


def _wait_plot(parts: Sequence[Part]) -> Plot | None:
    """One short line for each percentile of each part, on an axis of powers: waits are seconds or hours."""
    values = [value for part in parts for value in part.waits.values()]
    if not values:
        return None
    top = next((limit for limit in _WAITS[1:] if limit >= max(values)), _WAITS[-1])

    def y(seconds: float) -> float:
        return 100 - 100 * min(1.0, math.log(max(1.0, seconds)) / math.log(top))

    width = 100 / len(parts)
    lines = [
        Rect(at * width, y(seconds), width, 0, f"p{percent}", f"{part.label}: {percent} % within {wait(seconds)}")
        for at, part in enumerate(parts)
        for percent, seconds in part.waits.items()
    ]
    ticks = [(y(limit), wait(limit)) for limit in _WAITS if limit <= top]
    return Plot(lines, ticks, _axis([part.label for part in parts]))


def _score_plot(scores: Sequence[tuple[str, int]]) -> Plot | None:
    if not scores:
        return None
    top, width = round_up(max(number for _, number in scores)), 100 / len(scores)
    bars = [
        Rect(at * width + width * 0.1, 100 - 100 * number / top, width * 0.8, 100 * number / top, "score", words)
        for at, (label, number) in enumerate(scores)
        if number and (words := f"score {label}: {number}")
    ]
    return Plot(bars, _ticks(top), _axis([label for label, _ in scores]))


def _ticks(top: int) -> list[tuple[float, str]]:
    middle = [] if top % 2 else [(50.0, f"{top // 2:,}")]
    return [(0, f"{top:,}"), *middle, (100, "0")]


def _axis(labels: Sequence[str]) -> list[str]:
    """The first, the middle and the last."""
    return [labels[0], labels[len(labels) // 2], labels[-1]]
