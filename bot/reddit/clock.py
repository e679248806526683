"""Reddit's own clock, which nobody sets: the `Date` of its answers, and the time since by a clock that never jumps."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime


class RedditClock:
    """Knows the time from the last answer that named it."""

    def __init__(self) -> None:
        self._heard: tuple[datetime, float] | None = None

    def hear(self, date: str | None) -> None:
        """Take the `Date` of an answer; one that is none is passed over."""
        try:
            said = parsedate_to_datetime(date or "")
        except ValueError:
            return
        self._heard = said if said.tzinfo else said.replace(tzinfo=UTC), time.monotonic()

    def now(self) -> datetime:
        """The present, to the second; by this machine's clock where Reddit has not said."""
        if self._heard is None:
            return datetime.now(UTC)
        said, at = self._heard
        return said + timedelta(seconds=time.monotonic() - at)
