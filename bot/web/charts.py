"""The numbers of the charts page, as shares of a plot: x from the left and y from the top, both 0 to 100."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from bot.domain.outcomes import Group
from bot.store.database import Engine
from bot.store.reply_log import count_by_outcome
from bot.store.spans import scores_between, verdicts_between, waits_between
from bot.web.log_rows import Count, badge_of, counts
from bot.web.wording import wait

PERCENTILES = (50, 90, 99)
LOWEST_SCORE, HIGHEST_SCORE = -5, 15
"""Scores beyond these are shown together with them."""

_GROUPS = (Group.ANSWERED.value, Group.SKIPPED.value, Group.FAILED.value, "open")
_WAITS = (1, 10, 60, 600, 3600, 6 * 3600, 24 * 3600, 7 * 24 * 3600, 60 * 24 * 3600)


@dataclass(frozen=True, slots=True)
class Span:
    """A choice of the page: so many parts up to now, the last one unfinished."""

    name: str
    words: str
    parts: int
    part: timedelta
    label: str

    def starts(self, now: datetime) -> list[datetime]:
        """When each part begins, in UTC, and when the last one ends."""
        size = self.part.total_seconds()
        end = (math.floor(now.timestamp() / size) + 1) * size
        return [datetime.fromtimestamp(end - size * back, UTC) for back in range(self.parts, -1, -1)]


SPANS = (
    Span("24h", "24 hours", 24, timedelta(hours=1), "%H:%M"),
    Span("7d", "7 days", 7, timedelta(days=1), "%-d %b"),
    Span("30d", "30 days", 30, timedelta(days=1), "%-d %b"),
)


@dataclass(frozen=True, slots=True)
class Rect:
    """A bar or a line of a plot; `kind` gives its colour, `words` say what it is."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Plot:
    """What is drawn, with the labels of both axes; ticks are (y, label)."""

    rects: Sequence[Rect]
    ticks: Sequence[tuple[float, str]]
    axis: Sequence[str]


@dataclass(frozen=True, slots=True)
class Part:
    """An hour or a day: summonses by kind of ending, replies, and the seconds that the slowest shares waited."""

    label: str
    groups: Mapping[str, int]
    replies: int
    waits: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Charts:
    """Everything on the page."""

    parts: Sequence[Part]
    outcomes: Sequence[Count]
    verdicts: Sequence[tuple[str, int]]
    scores: Sequence[tuple[str, int]]
    volume_plot: Plot
    wait_plot: Plot | None
    score_plot: Plot | None


def charts_of(engine: Engine, span: Span, now: datetime) -> Charts:
    """The charts of the span that ends now."""
    starts = span.starts(now)
    parts, ended = [], dict[str, int]()
    for since, until in pairwise(starts):
        by_outcome = count_by_outcome(engine, since=since, until=until)
        groups = dict.fromkeys(_GROUPS, 0)
        for name, number in by_outcome.items():
            groups[badge_of(name).group] += number
            ended[name] = ended.get(name, 0) + number
        waits = waits_between(engine, since, until)
        label = since.strftime(span.label)
        parts.append(Part(label, groups, sum(waits.values()), percentiles(waits) if waits else {}))
    verdicts = verdicts_between(engine, starts[0], starts[-1])
    scores = _scores(scores_between(engine, starts[0], starts[-1]))
    return Charts(
        parts=parts,
        outcomes=counts(ended),
        verdicts=sorted(verdicts.items(), key=lambda pair: (-pair[1], pair[0])),
        scores=scores,
        volume_plot=_volume_plot(parts),
        wait_plot=_wait_plot(parts),
        score_plot=_score_plot(scores),
    )


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


def _volume_plot(parts: Sequence[Part]) -> Plot:
    top = round_up(max(sum(part.groups.values()) for part in parts))
    return Plot(list(_stacked(parts, top)), _ticks(top), _axis([part.label for part in parts]))


def _stacked(parts: Sequence[Part], top: int) -> Iterator[Rect]:
    width = 100 / len(parts)
    for at, part in enumerate(parts):
        base = 100.0
        for group, number in part.groups.items():
            height = 100 * number / top
            base -= height
            if number:
                words = f"{part.label}: {number} {group}"
                yield Rect(at * width + width * 0.1, base, width * 0.8, height, group, words)


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
