"""When an operator is told that the bot is silent. Pure: ages go in, reasons come out."""

from collections.abc import Sequence

from bot.domain.units import one_unit

HOLD = 120.0
"""Seconds for which a trouble must last before it is an outage: a restart is none."""


def reasons(
    problems: Sequence[str],
    *,
    paused: bool,
    waiting: int,
    oldest: float | None,
    last_reply: float | None,
    silent_after: float,
) -> list[str]:
    """Why the bot is silent, one sentence each; empty when it is not, or has nothing to say.

    problems: that nothing polls or works. oldest, last_reply: seconds since the oldest summons without an answer was
    received and since the last answer, None for none.
    """
    found = list(problems)
    unanswered = oldest is not None and oldest > silent_after and (last_reply is None or last_reply > silent_after)
    if unanswered and not paused and not found:
        since = "nobody was ever answered" if last_reply is None else f"the last answer was {one_unit(last_reply)} ago"
        found.append(f"{waiting} summonses wait, the oldest for {one_unit(oldest or 0)}, and {since}")
    return found
