"""How the bot is, in one look at the database."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.health import Pulse
from bot.store import notes, outages
from bot.store.heartbeats import Pulses
from bot.store.jobs import count_open


@dataclass(frozen=True, slots=True)
class Stored:
    """waiting: summonses without an answer; oldest: since when the first of them waits; open_jobs: with their ends.

    paused: why nothing is worked on; paused_steps: which steps alone are not begun, and why.
    """

    pulses: list[Pulse]
    paused: str | None
    paused_steps: dict[str, str]
    open_jobs: int
    waiting: int
    oldest: datetime | None


def read(engine: Engine, pulses: Pulses) -> Stored | None:
    """None when the database does not answer."""
    try:
        waiting, oldest = outages.waiting(engine)
        paused = notes.pauses(engine)
        return Stored(pulses.read(), paused.everything, paused.steps, count_open(engine), waiting, oldest)
    except SQLAlchemyError:
        return None
