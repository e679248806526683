"""Watching whether the bot polls, works and answers, and telling its operator when it does not.

It runs in a thread of its own beside the web pages, so that no hanging call of the bot's own work holds it up.
"""

import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Protocol, Self

import structlog

from bot.domain import silence_alarm
from bot.domain.units import one_unit
from bot.periodic.guard import guarded
from bot.store import condition, outages
from bot.store.database import Engine
from bot.store.heartbeats import Pulses
from bot.store.jobs import now

EVERY = 30.0
"""Seconds between two looks."""

DATABASE_FAILS = "the database does not answer"

log = structlog.get_logger("bot.periodic.watch")


class Notifier(Protocol):
    """Tells an operator; False when that failed."""

    def __call__(self, title: str, text: str) -> bool:
        """Send it."""


def apprise_notifier(urls: Sequence[str]) -> Notifier:
    """A notifier for addresses as apprise writes them. Raises ValueError for one that it does not understand."""
    from apprise import Apprise  # loads for half a second, and only who wants to be told needs it

    targets = Apprise()
    for number, url in enumerate(urls, 1):
        if not targets.add(url):
            raise ValueError(f"number {number} is not an address that apprise understands")
    return lambda title, text: bool(targets.notify(title=title, body=text))


class Watcher:
    """Looks every half minute while its block runs.

    notify: None when nobody wants to be told; outages are noted all the same. silent_after: seconds.
    """

    def __init__(
        self,
        engine: Engine,
        notify: Notifier | None,
        *,
        silent_after: float,
        where: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._notify = notify
        self._silent_after = silent_after
        self._where = where
        self._clock = clock
        self._pulses = Pulses(engine)
        self._trouble_since: float | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._thread.join(timeout=5)

    def look(self) -> None:
        """Begin or end an outage, and tell of it, each once."""
        stored = condition.read(self._engine, self._pulses)
        if stored is None:  # nothing can be noted; /healthz says so
            log.error("watch_failed", reason=DATABASE_FAILS)
            return
        moment = now()
        last = outages.last_reply(self._engine)
        found = silence_alarm.reasons(
            stored.problems,
            paused=stored.paused is not None or bool(stored.paused_steps),
            waiting=stored.waiting,
            oldest=(moment - stored.oldest).total_seconds() if stored.oldest else None,
            last_reply=(moment - last).total_seconds() if last else None,
            silent_after=self._silent_after,
        )
        outage = outages.present(self._engine)
        if not found:
            self._trouble_since = None
            if outage is not None:
                outages.end(self._engine)
                self._tell_end(outage.told_at is not None, one_unit((moment - outage.began_at).total_seconds()))
            return
        self._trouble_since = self._clock() if self._trouble_since is None else self._trouble_since
        if self._clock() - self._trouble_since < silence_alarm.HOLD:
            return
        if outage is None:
            outage = outages.begin(self._engine, "; ".join(found), moment)
            log.error("silent", reasons=found)
        if outage.told_at is None and self._notify is not None and outages.told(self._engine, outage):
            sent = self._send("ColorizeBot is silent", "\n".join([*found, self._where]))
            if not sent:
                outages.not_told(self._engine, outage)

    def _tell_end(self, was_told: bool, lasted: str) -> None:
        log.info("well_again", after=lasted)
        if was_told and self._notify is not None:
            self._send("ColorizeBot is well again", f"It was silent for {lasted}.\n{self._where}")

    def _send(self, title: str, text: str) -> bool:
        sent = self._notify is not None and self._notify(title, text.strip())
        if not sent:
            log.warning("notification_failed", title=title)
        return sent

    def _run(self) -> None:
        while not self._stopped.wait(EVERY):
            with guarded(log, "watch_failed"):
                self.look()
