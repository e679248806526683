"""Durations and sizes in words."""

from datetime import datetime

_UNITS = ((86400, "day"), (3600, "h"), (60, "min"), (1, "s"))
_YEAR = 31_557_600  # seconds; told in years from two of them on


def two_units(seconds: float) -> str:
    """A duration to two units: "3 d 4 h", "12 min 5 s"."""
    left = max(0, int(seconds))
    parts: list[str] = []
    for unit, name in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        count, left = divmod(left, unit)
        if count or parts or unit == 1:
            parts.append(f"{count} {name}")
        if len(parts) == 2:
            break
    return " ".join(parts)


def one_unit(seconds: float) -> str:
    """A duration to the unit that matters: "40 s", "12 min", "5 h", "3 days"."""
    for size, unit in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def age(moment: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that fits: "5 min ago", "in 2 days"."""
    seconds = round((now - moment).total_seconds())
    if not seconds:
        return "now"
    size, unit = (_YEAR, "year") if abs(seconds) >= 2 * _YEAR else next(p for p in _UNITS if abs(seconds) >= p[0])
    number = abs(seconds) // size
    text = f"{number} {unit}s" if unit in {"day", "year"} and number > 1 else f"{number} {unit}"
    return f"{text} ago" if seconds > 0 else f"in {text}"


def wait(seconds: float) -> str:
    """A wait in its largest unit, to two figures: "8 s", "1.5 min", "12 h"."""
    size, unit = next((pair for pair in _UNITS if seconds >= pair[0]), _UNITS[-1])
    number = seconds / size
    text = f"{number:.1f}".removesuffix(".0") if number < 10 else f"{number:.0f}"
    return f"{text} {unit}s" if unit == "day" and text != "1" else f"{text} {unit}"


def secs(seconds: float) -> str:
    """Seconds to three figures: 0.04, 3.21, 41.7, 312."""
    digits = 2 if seconds < 9.995 else 1 if seconds < 99.95 else 0
    return f"{seconds:.{digits}f}"


def size(count: int) -> str:
    """Bytes with a unit: "512 B", "3.1 GiB"."""
    number = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if number < 1024:
            return f"{number:.0f} {unit}" if unit == "B" or number >= 100 else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:.1f} TiB"
