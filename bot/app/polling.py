"""Reading the inbox."""

from datetime import datetime
from functools import cached_property

import structlog

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
        self.last_poll: datetime | None = None

    @cached_property
    def client(self) -> Reddit:
        """The polling thread's own client."""
        return self._services.connect()

    def poll(self) -> int | None:
        """Receive what is new in the inbox; returns how many jobs were added, None when it could not be read."""
        new = None
        with guarded(log, "poll_failed", what="inbox"):
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
        # Done with, but unread: Reddit refused to mark it when the job was finished.
        done = jobs.which_are_finished(engine, [summons.fullname for summons in unread])
        for fullname in () if dry_run else done:
            inbox.mark_read(self.client, fullname)
        self.last_poll = jobs.now()
        notes.write(engine, notes.LAST_POLL, self.last_poll.isoformat())
        self._heart.beat(POLLER)
        return new
