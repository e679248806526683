"""The words of a filter of the reply log, as they are typed into a form, an address or a command."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.domain.outcomes import Group, Outcome

OPEN = "open"
"""Stands for jobs without an end."""

EARLIEST, LATEST = datetime(2005, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""Reddit began in 2005; whatever lies beyond these is a typing error."""

_ALL = "all-"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,50}")
_WORD = re.compile(r"[a-z_]{1,32}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_AGE = re.compile(r"(\d{1,6})\s*(min|m|h|d|w)")
_AGE_UNITS = {"min": "minutes", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DAYS: dict[str, Callable[[datetime], datetime]] = {
    "today": lambda now: now,
    "yesterday": lambda now: now - timedelta(days=1),
}


class WrongFilter(ValueError):
    """A part of the filter cannot be meant; the message names it and says what to write."""


def outcomes(name: str) -> tuple[str | None, ...]:
    """The stored outcomes of one choice: an outcome, "open", or all of a group. Raises WrongFilter."""
    if not name:
        return ()
    if name == OPEN:
        return (None,)
    by_group = {_ALL + group.value: tuple(one.value for one in Outcome if one.group is group) for group in Group}
    if name in by_group:
        return by_group[name]
    return (one_of("outcome", name, [OPEN, *by_group, *(outcome.value for outcome in Outcome)]),)


def outcome_choices() -> dict[str, list[tuple[str, str]]]:
    """What can be chosen, as (value, words), by kind of ending."""
    return {
        group.value: [
            (_ALL + group.value, f"all {group.value}"),
            *((one.value, one.value.replace("_", " ")) for one in Outcome if one.group is group),
        ]
        for group in Group
    }


def bare(name: str) -> str:
    """A name without the u/ or r/ before it."""
    return name.strip().removeprefix("@").removeprefix("/").removeprefix("r/").removeprefix("u/").strip("/")


def name_on_reddit(what: str, text: str) -> str | None:
    """A name without the u/ or r/ before it; None for no text. Raises WrongFilter."""
    name = bare(text)
    if text and not _NAME.fullmatch(name):
        raise WrongFilter(f"{what} {text!r} is not a name on Reddit: write it with letters, digits, _ and -")
    return name or None


def word(what: str, text: str) -> str | None:
    """A stored word; None for no text. Raises WrongFilter."""
    if text and not _WORD.fullmatch(text):
        raise WrongFilter(f"{what} {text!r} is not known")
    return text or None


def one_of(what: str, text: str, known: list[str]) -> str | None:
    """One of the known words; None for no text. Raises WrongFilter."""
    if text and text not in known:
        raise WrongFilter(f"{what} {text!r} is not known: there are {', '.join(known)}")
    return text or None


def moment(what: str, text: str, *, whole_day: bool = False, now: datetime | None = None) -> datetime | None:
    """An ISO 8601 date or time, UTC unless it says; None for no text. Raises WrongFilter.

    whole_day: of a date alone, the end of that day. now: "today", "yesterday" and ages such as "7d" count from it.
    """
    if not text:
        return None
    if now is not None:
        text = _DAYS[text.lower()](now).date().isoformat() if text.lower() in _DAYS else text
        if match := _AGE.fullmatch(text):
            return max(EARLIEST, now - timedelta(**{_AGE_UNITS[match[2]]: min(int(match[1]), 10_000)}))
    try:
        found = datetime.fromisoformat(text)
        found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        forms = "2026-11-21, 2026-11-21T10:30 (UTC)" + (", yesterday or 7d" if now is not None else "")
        raise WrongFilter(f"{what} {text!r} is not a time: write {forms}") from None
    if not EARLIEST <= found < LATEST:
        raise WrongFilter(f"{what} {text!r} is out of range: write a time between {EARLIEST:%Y} and {LATEST:%Y}")
    return found + timedelta(days=whole_day and bool(_DAY.fullmatch(text)))


def moment_or_age(what: str, text: str, now: datetime) -> datetime:
    """When "30min", "2h" or "3d" ago was, or what `moment` reads. Raises WrongFilter."""
    try:
        if match := _AGE.fullmatch(text.strip()):
            return now - timedelta(**{_AGE_UNITS[match[2]]: int(match[1])})
        found = moment(what, text)
    except (OverflowError, WrongFilter):
        found = None
    if found is None:
        raise WrongFilter(f"{what} {text!r} is not a time: write 30min, 2h, 3d or 2026-11-21T10:00")
    return found
