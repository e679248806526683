"""Whether the bot is well, as a decision about ages: nothing here reads a clock."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.units import one_unit

POLLER, WORKER = "poller", "worker"

MAX_SILENCE = 600.0
"""Seconds without a success after which a poller is stuck, or three of its intervals where those are longer."""

MAX_IDLE = 120.0
"""Seconds after which a worker that waits for a job must have looked for one."""

MAX_STEP = 900.0
"""Seconds that a worker may be busy with one step; then its claim on the job is not renewed any more."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """A process in one role. age: seconds since its last success, or since its start where there was none (`begun`)."""

    role: str
    name: str
    age: float
    every: float
    begun: bool = True
    stopped: bool = False
    job_id: int | None = None
    version: str = ""

    @property
    def limit(self) -> float:
        """The age up to which the process counts as alive."""
        if self.role == POLLER:
            return max(MAX_SILENCE, 3 * self.every)
        return MAX_STEP if self.job_id is not None else MAX_IDLE

    @property
    def alive(self) -> bool:
        """Whether it runs and does what it is there for."""
        return not self.stopped and self.age <= self.limit

    @property
    def state(self) -> str:
        """In a word, for the pages."""
        if self.stopped:
            return "stopped"
        if not self.alive:
            return "silent"
        if not self.begun:
            return "starting"
        return "busy" if self.job_id is not None else "idle" if self.role == WORKER else "polling"


def problems(pulses: Sequence[Pulse]) -> list[str]:
    """Why the bot does not poll or does not work, one sentence each; empty when it is well."""
    return [*_missing(pulses, POLLER, "polls Reddit"), *_missing(pulses, WORKER, "works on jobs")]


def _missing(pulses: Sequence[Pulse], role: str, does: str) -> list[str]:
    mine = sorted((pulse for pulse in pulses if pulse.role == role), key=lambda pulse: pulse.age)
    if any(pulse.alive for pulse in mine):
        return []
    running = [pulse for pulse in mine if not pulse.stopped]
    if running:
        last = running[0]
        since = "its last success" if last.begun else "its start"
        return [f"nothing {does}: {one_unit(last.age)} have passed since {since}"]
    if mine:
        return [f"nothing {does}: the last process that did so was stopped {one_unit(mine[0].age)} ago"]
    return [f"nothing {does}: no process has begun to; start `colorizebot run`"]
