"""Reading the inbox."""

from datetime import datetime
from functools import cached_property

import structlog

from bot.app.clock_watch import ClockWatch
from bot.app.services import Services
from bot.domain.health import POLLER
from bot.periodic.guard import guarded
from bot.periodic.invitations import take_notices
from bot.reddit import inbox
from bot.reddit.client import Reddit
from bot.store import jobs, notes
from bot.store.heartbeats import Heart

log = structlog.get_logger("bot.app.polling")


class Poller:
    """Turns what is new in the inbox into jobs. Used by one thread at a time."""

    def __init__(self, services: Services, heart: Heart) -> None:
        self._services = services
        self._heart = heart
        self._clock = ClockWatch(services.engine)
        self.last_poll: datetime | None = None

    @cached_property
    def client(self) -> Reddit:
        """The polling thread's own client."""
        return self._services.connect()

    def poll(self) -> int | None:
        """Receive what is new in the inbox; returns how many jobs were added, None when it could not be read."""
        new = None
        with guarded(log, "poll_failed", what="inbox"):
            self._clock.look()
            new = self._poll()
        if new:
            log.info("received", jobs=new)
        return new

    def _poll(self) -> int:
        engine, dry_run = self._services.engine, self._services.settings.work.dry_run
        unread = list(inbox.unread(self.client))
        if not dry_run:
            unread = take_notices(engine, self.client, unread)
        new = jobs.receive(engine, unread)
        self.last_poll = jobs.now()
        notes.write(engine, notes.LAST_POLL, self.last_poll.isoformat())
        self._heart.beat(POLLER)
        # Last of all, and together: each call counts against Reddit's limit.
        done = jobs.which_are_finished(engine, [summons.fullname for summons in unread])
        if done and not dry_run:
            with guarded(log, "not_marked_read", items=len(done)):
                inbox.mark_read(self.client, sorted(done))
        return new
