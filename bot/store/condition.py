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
    """waiting: summonses without an answer; oldest: since when the first of them waits; open_jobs: with their ends."""

    pulses: list[Pulse]
    paused: str | None
    open_jobs: int
    waiting: int
    oldest: datetime | None


def read(engine: Engine, pulses: Pulses) -> Stored | None:
    """None when the database does not answer."""
    try:
        waiting, oldest = outages.waiting(engine)
        return Stored(pulses.read(), notes.why_paused(engine), count_open(engine), waiting, oldest)
    except SQLAlchemyError:
        return None
