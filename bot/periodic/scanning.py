"""Reading what is new in subreddits: posts where the bot answers unasked, and comments with the command word.

Many subreddits are read in one request. How far each was read is stored, so downtime leaves no gap: the next run
reads back to that point, as far as Reddit's listings go. A thing that has a job already is passed over.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.domain.reddit_types import Summons
from bot.domain.refusals import Refused, RetryLater
from bot.domain.rules import Rules
from bot.reddit.client import Reddit
from bot.reddit.listings import comment_summons, created, newest, post_summons
from bot.store import jobs, notes, subreddits
from bot.store.database import Engine

TOGETHER = 50
"""Subreddits that are read in one request; their names must fit into an address."""

CLOSED_FOR = timedelta(hours=1)
"""How long a subreddit that cannot be read is left out, so that it does not cost the others a request each time."""

CLOSED = "unreadable"
"""The note with the subreddits that cannot be read, and until when they are left out."""

log = structlog.get_logger("bot.periodic.scanning")


@dataclass(frozen=True, slots=True)
class _Place:
    """A subreddit that is read. start: ignore what is older; read_to: where the last run ended."""

    name: str
    rules: Rules
    start: datetime
    read_to: datetime


_Wanted = Callable[[Mapping[str, Any], _Place], Summons | None]
"""The summons that a post or comment is, or None when it asks for nothing."""


class _Listing:
    """One of Reddit's listings, read in many subreddits at once."""

    def __init__(self, engine: Engine, reddit: Reddit, what: str, column: str) -> None:
        self._engine, self._reddit, self._what, self._column = engine, reddit, what, column

    def places(self, found: Mapping[str, tuple[Rules, datetime]], hours: float) -> list[_Place]:
        """The subreddits to read, by name with their rules and the time from which on; nothing older than `hours`."""
        moment = jobs.now()
        oldest = moment - timedelta(hours=hours)
        closed = notes.read(self._engine, CLOSED) or {}
        reached = subreddits.read_to(self._engine, self._column, found)
        return [
            # Reddit's times are whole seconds.
            _Place(
                name, rules, start := max(since.replace(microsecond=0), oldest), max(start, reached.get(name, start))
            )
            for name, (rules, since) in sorted(found.items())
            if not (name in closed and datetime.fromisoformat(closed[name]) > moment)
        ]

    def read(self, places: Sequence[_Place], wanted: _Wanted) -> int:
        """Read on in all of them; returns how many jobs were added. What cannot be read now is logged."""
        new = 0
        for at in range(0, len(places), TOGETHER):
            group = places[at : at + TOGETHER]
            try:
                new += self._read(group, wanted)
            except RetryLater as error:
                log.warning("poll_failed", what=f"{self._what} of {len(group)} subreddits", reason=str(error))
        return new

    def _read(self, group: Sequence[_Place], wanted: _Wanted) -> int:
        back_to = min(place.read_to for place in group)
        try:
            found = newest(self._reddit, self._what, [place.name for place in group], back_to)
        except Refused as refused:
            if len(group) == 1:
                self._leave_out(group[0].name, refused)
                return 0
            return self._halves(group, wanted)
        if not found.whole and len(group) > 1:
            return self._halves(group, wanted)
        if not found.whole:
            log.warning("scan_gap", what=self._what, subreddit=group[0].name, since=back_to.isoformat())
        by_name = {place.name: place for place in group}
        summonses = []
        for data in found.things:
            place = by_name.get(str(data.get("subreddit")).lower())
            summons = wanted(data, place) if place is not None else None
            if summons is not None and place is not None and summons.created >= place.start:
                summonses.append(summons)
        known = jobs.known(self._engine, [summons.fullname for summons in summonses]) if summonses else set()
        fresh = [summons for summons in reversed(summonses) if summons.fullname not in known]
        new = jobs.receive(self._engine, fresh)
        self._note(group, found.things)
        return new

    def _note(self, group: Sequence[_Place], things: Sequence[Mapping[str, Any]]) -> None:
        """Store how far was read, by Reddit's clock; a run that brings nothing new writes nothing."""
        if not things:
            return
        reached = created(things[0])
        behind = [place.name for place in group if place.read_to < reached]
        if behind:
            subreddits.set_read_to(self._engine, self._column, behind, reached)

    def _halves(self, group: Sequence[_Place], wanted: _Wanted) -> int:
        """Read two smaller groups: one of them may be closed to the bot, or all are too busy for one listing."""
        middle = len(group) // 2
        return self._read(group[:middle], wanted) + self._read(group[middle:], wanted)

    def _leave_out(self, name: str, refused: Refused) -> None:
        log.warning("poll_failed", what=f"r/{name}", reason=str(refused))
        moment = jobs.now()
        closed = notes.read(self._engine, CLOSED) or {}
        kept = {other: until for other, until in closed.items() if datetime.fromisoformat(until) > moment}
        notes.write(self._engine, CLOSED, kept | {name: (moment + CLOSED_FOR).isoformat()})


def posts(engine: Engine, reddit: Reddit, *, listed: Collection[str] = (), hours: float = 24, queue: int = 1000) -> int:
    """One run over the new posts of every subreddit in mode auto; returns how many jobs were added.

    listed: the operator's own list; where a settings page is in force, the page decides. hours: older posts are left
    alone. queue: nothing is read while so many jobs are open; the listing is read on later from where it was left.
    """
    if (waiting := jobs.count_open(engine)) >= queue:
        log.info("queue_full", open_jobs=waiting, left_on_reddit="posts that nobody asked about")
        return 0
    oldest = jobs.now() - timedelta(hours=hours)
    found = {name.lower(): (Rules(mode="auto"), oldest) for name in listed}
    for row in subreddits.joined(engine):
        if row.revision is None:
            continue  # its page was not read yet
        found.pop(row.name, None)
        rules = subreddits.rules_in(row)
        if rules.scans():
            found[row.name] = (rules, row.auto_since or row.joined_at)
    listing = _Listing(engine, reddit, "new", subreddits.POSTS)
    return listing.read(listing.places(found, hours), lambda data, _: post_summons(data))


def comments(engine: Engine, reddit: Reddit, *, bot_name: str, hours: float = 24) -> int:
    """One run over the new comments of every subreddit with a command word; returns how many jobs were added.

    hours: older comments are left alone, and so are those from before the bot was invited.
    """
    found = {}
    for row in subreddits.joined(engine):
        rules = subreddits.rules_in(row)
        if rules.answers() and rules.command is not None:
            found[row.name] = (rules, row.joined_at)

    def wanted(data: Mapping[str, Any], place: _Place) -> Summons | None:
        own = str(data.get("author")).lower() == bot_name.lower()
        return comment_summons(data) if not own and place.rules.commanded(data.get("body") or "") else None

    listing = _Listing(engine, reddit, "comments", subreddits.COMMENTS)
    return listing.read(listing.places(found, hours), wanted)
