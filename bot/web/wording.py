"""Times, durations and names as the pages write them."""

from datetime import UTC, datetime

from bot.domain.units import age, secs, size, wait
from bot.store.actions import Action

__all__ = ["DID", "age", "brief", "iso", "many", "plain", "secs", "size", "utc", "wait"]

DID = {
    Action.RETRY: "opened again, from the first step",
    Action.CANCEL: "cancelled",
    Action.DELETE: "the reply will be deleted in a minute",
    Action.UNDELETE: "the reply stays",
    Action.BLOCK: "blocked",
    Action.UNBLOCK: "not blocked any more",
    Action.MUTE: "muted",
    Action.UNMUTE: "not muted any more",
}
"""What an action has done, as the end of "job 12: ..."."""


def utc(moment: datetime) -> str:
    """2026-11-21 10:32 UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def iso(moment: datetime) -> str:
    """For the datetime attribute, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def plain(name: str) -> str:
    """A stored name in words: already_colour is "already colour"."""
    return name.replace("_", " ")


def brief(text: str, length: int = 140) -> str:
    """The last line that says something (of a traceback: the error itself), cut to a length."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    line = lines[-1] if lines else ""
    return line if len(line) <= length else f"{line[: length - 1]}…"


def many(number: int, thing: str) -> str:
    """A number with its noun: "1 job", "1,204 jobs"."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
