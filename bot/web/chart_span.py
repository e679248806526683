"""The time that a chart shows: a choice up to now, or from and to; and the parts in which it is counted."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from urllib.parse import urlencode

from bot.domain.log_words import EARLIEST, LATEST, WrongFilter, moment

MOST_PARTS = 62

_STEPS = [
    *(timedelta(minutes=number) for number in (1, 5, 15)),
    *(timedelta(hours=number) for number in (1, 6)),
    *(timedelta(days=number) for number in (1, 7, 28)),
]
_NAMES = {60: "minute", 3600: "hour", 86400: "day", 7 * 86400: "week"}

CHOICES = {
    "1h": ("1 hour", timedelta(hours=1)),
    "24h": ("24 hours", timedelta(hours=24)),
    "7d": ("7 days", timedelta(days=7)),
    "30d": ("30 days", timedelta(days=30)),
    "90d": ("90 days", timedelta(days=90)),
}
"""What can be chosen by a click: in words, and how long it is."""

SHORTEST = timedelta(minutes=10)
LONGEST = timedelta(days=MOST_PARTS * 28)


@dataclass(frozen=True, slots=True)
class Span:
    """From the start of a part to the end of one; `name` is that of a choice, empty for a time of its own."""

    name: str
    since: datetime
    until: datetime
    part: timedelta

    def parts(self) -> list[tuple[datetime, datetime]]:
        """The start and the end of each part."""
        count = round((self.until - self.since) / self.part)
        return list(pairwise(self.since + number * self.part for number in range(count + 1)))

    def label(self, start: datetime) -> str:
        """What a part is called on the axis."""
        if self.part >= timedelta(days=1):
            return f"{start:%-d %b}"
        return f"{start:%H:%M}" if self.until - self.since <= timedelta(days=1) else f"{start:%-d %b %H:%M}"

    @property
    def every(self) -> str:
        """How long a part is, in words: "hour", "3 hours"."""
        seconds = int(self.part.total_seconds())
        size = next(size for size in reversed(_NAMES) if seconds % size == 0)
        number = seconds // size
        return _NAMES[size] if number == 1 else f"{number} {_NAMES[size]}s"

    @property
    def words(self) -> str:
        """The whole span in words."""
        if self.name:
            return f"the last {CHOICES[self.name][0]}"
        return f"{self.since:%Y-%m-%d %H:%M} to {self.until:%Y-%m-%d %H:%M} UTC"

    def jobs(self, **others: str) -> str:
        """The address of its jobs in the log."""
        return address(self.since, self.until, "/log", **others)

    def moved(self, by: float) -> str:
        """The address of the span that lies so many lengths later."""
        length = self.until - self.since
        return address(self.since + by * length, self.until + by * length)

    def wider(self) -> str:
        """The address of the span that is three times as long, with this one in its middle."""
        length = min(self.until - self.since, LONGEST / 3)
        return address(self.since - length, self.until + length)


def address(since: datetime, until: datetime, path: str = "/charts", **others: str) -> str:
    """The address of a page about that time."""
    words = {"from": f"{since:%Y-%m-%dT%H:%M}", "to": f"{until:%Y-%m-%dT%H:%M}"}
    return f"{path}?{urlencode({**words, **others}, safe=':/')}"


def span_of(query: Mapping[str, str], now: datetime) -> Span:
    """From the parameters of an address: `span`, or `from` and `to`. Raises WrongFilter."""
    start, end = query.get("from", "").strip(), query.get("to", "").strip()
    if not start and not end:
        name = query.get("span", "") or "7d"
        if name not in CHOICES:
            raise WrongFilter(f"span {name!r} is not known: there are {', '.join(CHOICES)}")
        return _rounded(name, now - CHOICES[name][1], now)
    until = moment("to", end, whole_day=True, now=now) or now
    since = moment("from", start, now=now) or until - CHOICES["7d"][1]
    if until - since < SHORTEST:
        raise WrongFilter(
            f"from {since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M} is too short: show 10 minutes or more"
        )
    if until - since > LONGEST:
        raise WrongFilter(f"from {since:%Y-%m-%d} to {until:%Y-%m-%d} is too long: show {LONGEST.days} days or less")
    return _rounded("", since, until)


def _rounded(name: str, since: datetime, until: datetime) -> Span:
    length = until - since
    part = next((step for step in _STEPS if length / step <= MOST_PARTS), _STEPS[-1])
    size = part.total_seconds()
    end = math.ceil(until.timestamp() / size) * size
    if name and end == until.timestamp():
        end += size  # the part that has just begun
    start = end - math.ceil(length / part) * size if name else math.floor(since.timestamp() / size) * size
    first, last = datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC)
    return Span(name, max(first, EARLIEST), min(last, LATEST), part)
