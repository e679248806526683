"""How the bot is, in one look at the database."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.health import Pulse, problems
from bot.store import damage, notes, outages
from bot.store.heartbeats import Pulses
from bot.store.jobs import count_open

DAMAGED = "the database is damaged; `colorizebot doctor` says where, and what to do"


@dataclass(frozen=True, slots=True)
class Stored:
    """waiting: summonses without an answer; oldest: since when the first of them waits; open_jobs: with their ends.

    paused: why nothing is worked on; paused_steps: which steps alone are not begun, and why. damaged: tables
    that cannot be read, or not all of them.
    """

    pulses: list[Pulse]
    paused: str | None
    paused_steps: dict[str, str]
    open_jobs: int
    waiting: int
    oldest: datetime | None
    damaged: list[str]

    @property
    def problems(self) -> list[str]:
        """Why the bot is not well, one sentence each, which everybody may read."""
        return [*([DAMAGED] if self.damaged else []), *problems(self.pulses)]


def read(engine: Engine, pulses: Pulses) -> Stored | None:
    """None when the database does not answer."""
    try:
        waiting, oldest = outages.waiting(engine)
        paused = notes.pauses(engine)
        damaged = damage.noted(engine)
        return Stored(pulses.read(), paused.everything, paused.steps, count_open(engine), waiting, oldest, damaged)
    except SQLAlchemyError:
        return None
