"""Times, durations and names as the pages write them."""

from datetime import UTC, datetime

_UNITS = ((86400, "day"), (3600, "h"), (60, "min"), (1, "s"))


def utc(moment: datetime) -> str:
    """2026-11-21 10:32 UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def iso(moment: datetime) -> str:
    """For the datetime attribute, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def age(moment: datetime, now: datetime) -> str:
    """The largest unit that fits: "5 min ago", "in 2 days"."""
    seconds = round((now - moment).total_seconds())
    if not seconds:
        return "now"
    size, unit = next(pair for pair in _UNITS if abs(seconds) >= pair[0])
    number = abs(seconds) // size
    text = f"{number} {unit}s" if unit == "day" and number > 1 else f"{number} {unit}"
    return f"{text} ago" if seconds > 0 else f"in {text}"


def secs(seconds: float) -> str:
    """Three figures: 0.04, 3.21, 41.7, 312."""
    digits = 2 if seconds < 9.995 else 1 if seconds < 99.95 else 0
    return f"{seconds:.{digits}f}"


def wait(seconds: float) -> str:
    """A wait in its largest unit, to two figures: "8 s", "1.5 min", "12 h"."""
    size, unit = next((pair for pair in _UNITS if seconds >= pair[0]), _UNITS[-1])
    number = seconds / size
    text = f"{number:.1f}".removesuffix(".0") if number < 10 else f"{number:.0f}"
    return f"{text} {unit}s" if unit == "day" and text != "1" else f"{text} {unit}"


def plain(name: str) -> str:
    """A stored name in words: already_colour is "already colour"."""
    return name.replace("_", " ")


def brief(text: str, length: int = 140) -> str:
    """The last line that says something (of a traceback: the error itself), cut to a length."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    line = lines[-1] if lines else ""
    return line if len(line) <= length else f"{line[: length - 1]}…"
