"""Whom and where the bot does not answer, and for how long."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.domain.outcomes import Outcome


class Reason(StrEnum):
    """Why somebody, or somewhere, is not answered; the value is what is stored."""

    ASKED = "asked"  # a redditor said `stop`
    OPERATOR = "operator"  # an operator blocked them
    BANNED = "banned"
    MUTED = "muted"
    PRIVATE = "private"
    QUARANTINED = "quarantined"
    LEFT = "left"  # the moderators took the bot off their list


@dataclass(frozen=True, slots=True)
class Effect:
    """What a reason does: the outcome of a summons, and how long it lasts (None: until somebody takes it back)."""

    outcome: Outcome
    lasts: timedelta | None


EFFECTS = {
    Reason.ASKED: Effect(Outcome.OPTED_OUT, None),
    Reason.OPERATOR: Effect(Outcome.SILENCED, None),
    Reason.BANNED: Effect(Outcome.KEPT_OUT, timedelta(days=30)),
    Reason.MUTED: Effect(Outcome.KEPT_OUT, timedelta(days=28)),
    Reason.PRIVATE: Effect(Outcome.KEPT_OUT, timedelta(days=7)),
    Reason.QUARANTINED: Effect(Outcome.QUARANTINED, timedelta(days=7)),
    Reason.LEFT: Effect(Outcome.KEPT_OUT, timedelta(days=30)),
}
"""A ban may be lifted without the bot being told, so it is tried again after a while; a person's word stands."""
