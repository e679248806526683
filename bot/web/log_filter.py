"""The filter of the reply log, as it stands in the address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from bot.domain.outcomes import Group, Outcome
from bot.domain.things import Source
from bot.store.log_search import Filter

OPEN = "open"
_ALL = "all-"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,50}")
_WORD = re.compile(r"[a-z_]{1,32}")
EARLIEST, LATEST = datetime(2005, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""Reddit began in 2005; whatever lies beyond these is a typing error."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class WrongFilter(ValueError):
    """A part of the filter cannot be meant; the message names it and says what to write."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The words of the filter, as they were typed; empty ones do not matter. `start` and `end` are UTC."""

    subreddit: str = ""
    user: str = ""
    verdict: str = ""
    outcome: str = ""
    source: str = ""
    start: str = ""
    end: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Choice":
        """From the parameters of an address, where times are called from and to."""
        names = {"start": "from", "end": "to"}
        return cls(**{name: query.get(names.get(name, name), "").strip() for name in cls.__dataclass_fields__})

    def as_filter(self) -> Filter:
        """What the store is asked for. Raises WrongFilter."""
        return Filter(
            subreddit=_name("subreddit", self.subreddit, "r/"),
            user=_name("user", self.user, "u/"),
            verdict=_word("verdict", self.verdict),
            outcomes=outcomes(self.outcome),
            source=_one_of("source", self.source, [source.value for source in Source]),
            since=_moment("from", self.start),
            until=_moment("to", self.end, whole_day=True),
        )

    def query(self, **others: str | int) -> str:
        """The part of an address behind the path, "?" included; others stand beside the filter or replace parts."""
        names = {"start": "from", "end": "to"}
        found = {names.get(name, name): getattr(self, name) for name in self.__dataclass_fields__}
        text = urlencode({name: value for name, value in (found | others).items() if value}, safe=":/")
        return f"?{text}" if text else ""

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__dataclass_fields__)


def outcomes(name: str) -> tuple[str | None, ...]:
    """The stored outcomes of one choice: an outcome, "open", or all of a group. Raises WrongFilter."""
    if not name:
        return ()
    if name == OPEN:
        return (None,)
    by_group = {_ALL + group.value: tuple(one.value for one in Outcome if one.group is group) for group in Group}
    if name in by_group:
        return by_group[name]
    return (_one_of("outcome", name, [OPEN, *by_group, *(outcome.value for outcome in Outcome)]),)


def outcome_choices() -> dict[str, list[tuple[str, str]]]:
    """What can be chosen, as (value, words), by kind of ending."""
    return {
        group.value: [
            (_ALL + group.value, f"all {group.value}"),
            *((one.value, one.value.replace("_", " ")) for one in Outcome if one.group is group),
        ]
        for group in Group
    }


def _name(what: str, text: str, prefix: str) -> str | None:
    bare = text.strip("/").removeprefix(prefix)
    if text and not _NAME.fullmatch(bare):
        raise WrongFilter(f"{what} {text!r} is not a name on Reddit: write it with letters, digits, _ and -")
    return bare or None


def _word(what: str, text: str) -> str | None:
    if text and not _WORD.fullmatch(text):
        raise WrongFilter(f"{what} {text!r} is not known")
    return text or None


def _one_of(what: str, text: str, known: list[str]) -> str | None:
    if text and text not in known:
        raise WrongFilter(f"{what} {text!r} is not known: there are {', '.join(known)}")
    return text or None


def _moment(what: str, text: str, *, whole_day: bool = False) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise WrongFilter(f"{what} {text!r} is not a time: write 2026-11-21 or 2026-11-21T10:30 (UTC)") from None
    if not EARLIEST <= moment < LATEST:
        raise WrongFilter(f"{what} {text!r} is out of range: write a time between {EARLIEST:%Y} and {LATEST:%Y}")
    return moment + timedelta(days=whole_day and bool(_DAY.fullmatch(text)))
