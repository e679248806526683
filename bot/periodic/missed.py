"""Inbox items that are read already and that the bot has not seen: somebody opened its inbox in a browser.

The poll asks for unread items. Now and then this reads the whole inbox back to where the last run began; a summons
has one job however often it is found.
"""

from datetime import UTC, datetime

import structlog

from bot.domain.notices import invited_by
from bot.periodic.invitations import CLOCKS_DIFFER, take_notices
from bot.reddit import inbox
from bot.reddit.client import Reddit
from bot.store import jobs, notes
from bot.store.database import Engine
from bot.store.jobs import now

READ_TO = "inbox_read_to"
"""The note that says when the whole inbox was last read, as ISO 8601."""

log = structlog.get_logger("bot.periodic.missed")


def run(engine: Engine, reddit: Reddit) -> int:
    """Returns how many jobs were added.

    The first run only takes invitations, which wait for as long as nobody accepts them: what people wrote before the
    bot ran was not written to it. Raises RetryLater or Refused when Reddit does not give the inbox.
    """
    started, noted = now(), notes.moment(engine, READ_TO)
    back_to = noted - CLOCKS_DIFFER if noted is not None else datetime.fromtimestamp(0, UTC)
    items = inbox.received(reddit, back_to)
    if noted is None:
        items = [item for item in items if invited_by(item)]
    known = jobs.known(engine, [item.fullname for item in items])
    missed = take_notices(engine, reddit, [item for item in items if item.fullname not in known])
    new = jobs.receive(engine, missed)
    if new:
        log.info("found_read_items", jobs=new)
    notes.write(engine, READ_TO, started.isoformat())
    return new
