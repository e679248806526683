"""How the bot is: what the strip on every page shows and what /healthz answers."""

import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.domain.health import POLLER, WORKER, Pulse
from bot.store import condition
from bot.store.database import Engine
from bot.store.heartbeats import Pulses
from bot.store.jobs import now
from bot.web.remember import Remembered

LOW_DISK = 0.05
"""The free share of the disk below which the strip warns."""

DATABASE_FAILS = "the database does not answer"


@dataclass(frozen=True, slots=True)
class Condition:
    """What is known of the bot at a moment; without `stored` the database did not answer. Disk sizes are bytes."""

    stored: condition.Stored | None
    problems: tuple[str, ...]
    disk_free: int | None
    disk_total: int | None

    @property
    def state(self) -> str:
        """One of "failing", "paused" and "ok"."""
        if self.problems:
            return "failing"
        return "paused" if self.stored and (self.stored.paused or self.stored.paused_steps) else "ok"

    @property
    def pulses(self) -> list[Pulse]:
        """Every process that was heard of."""
        return self.stored.pulses if self.stored else []

    @property
    def workers(self) -> list[Pulse]:
        """The workers that are alive."""
        return [pulse for pulse in self.pulses if pulse.role == WORKER and pulse.alive]

    @property
    def last_poll(self) -> float | None:
        """Seconds since Reddit's inbox was last read, None if never."""
        return min((pulse.age for pulse in self.pulses if pulse.role == POLLER and pulse.begun), default=None)

    @property
    def oldest(self) -> float | None:
        """For how many seconds the oldest summons has waited."""
        if self.stored is None or self.stored.oldest is None:
            return None
        return max(0.0, (now() - self.stored.oldest).total_seconds())

    @property
    def low_disk(self) -> bool:
        """Whether the disk is nearly full."""
        return bool(self.disk_total) and (self.disk_free or 0) < LOW_DISK * (self.disk_total or 0)

    def words(self) -> str:
        """The state and why, in one line."""
        if self.problems:
            return "; ".join(self.problems)
        if self.stored and self.stored.paused:
            return f"paused: {self.stored.paused}"
        steps = self.stored.paused_steps if self.stored else {}
        return "; ".join(f"{step} is paused: {why}" for step, why in steps.items()) or "polling and working"

    def mark(self) -> str:
        """Another text once the state or the number of workers has changed."""
        busy = [pulse.job_id for pulse in self.workers if pulse.job_id]
        paused = "p" if self.stored and self.stored.paused else ""
        paused += "".join(self.stored.paused_steps) if self.stored else ""
        return f"{self.state[0]}{paused}{len(self.workers)}.{len(busy)}"


class Conditions:
    """Looks at most once a second, whoever asks."""

    def __init__(self, engine: Engine, data_dir: Path | None) -> None:
        pulses = Pulses(engine)

        def look(_: None) -> Condition:
            stored = condition.read(engine, pulses)
            found = stored.problems if stored else [DATABASE_FAILS]
            free, total = _disk(data_dir)
            return Condition(stored, tuple(found), free, total)

        self.fresh = partial(look, None)
        """The same without what was remembered."""
        self._look = Remembered(look, seconds=1)
        self.forget = self._look.forget

    def __call__(self) -> Condition:
        """How the bot is now."""
        return self._look(None)


def _disk(folder: Path | None) -> tuple[int | None, int | None]:
    if folder is None:
        return None, None
    there = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.is_dir())
    usage = shutil.disk_usage(there)
    return usage.free, usage.total
