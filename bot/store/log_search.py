"""Finding jobs for the reply log: filters, and pages by job id in both directions.

However many jobs there are and whatever is combined, a page costs a bounded number of rows. Each filter alone is an
index that ends in the job's id. The index with the fewest matching jobs is scanned, at most REACH rows, and the other
filters are checked on what it finds. Where that did not fill the page, the page says how far it has looked, and the
next one goes on from there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, exists, func, or_, select, union_all
from sqlalchemy.orm import Session

from bot.store.tables import Job, Photo

REACH = 20_000
"""How many entries of an index one page looks at, when several filters are combined."""

_SLACK = timedelta(minutes=10)
"""Ids and times rise together but for workers that store at the same time and clocks that are set."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which jobs are meant; what is None or empty does not matter.

    Names are compared without regard to case. outcomes: stored names, and None for jobs without an end. verdict: that
    of at least one photo. since, until: when the summons was received, the end left out. thing: the fullname of a
    summons, post or reply. words: each of them stands in the title, the summons' text, the detail or the error.
    """

    subreddit: str | None = None
    user: str | None = None
    verdict: str | None = None
    outcomes: tuple[str | None, ...] = ()
    source: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    thing: str | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A page of jobs, newest first.

    more: whether there are others beyond, in the direction that was asked for. searched_to: the id at which the search
    stopped, when it stopped before the page was full.
    """

    jobs: Sequence[Job]
    more: bool
    searched_to: int | None = None


def find_jobs(
    engine: Engine, wanted: Filter, *, before: int | None = None, after: int | None = None, limit: int = 50
) -> Found:
    """The newest jobs below the id `before`, or the oldest above the id `after`."""
    with Session(engine) as session:
        rising = after is not None
        found = search(session, wanted, before=before, after=after)
        walked = found.narrowest(session)
        jobs = list(session.scalars(found.page(walked, limit + 1)))
        shown, more = jobs[:limit], len(jobs) > limit
        stopped = None
        if not more and (found.checked or (walked is not None and len(found.filters) > 1)):
            stopped = found.stopped_at(session, walked)
        return Found(shown[::-1] if rising else shown, more or stopped is not None, stopped)


def search(session: Session, wanted: Filter, *, before: int | None = None, after: int | None = None) -> "_Search":
    """The statements that find what is wanted between two ids."""
    lowest, highest = _bounds(session, wanted)
    if before is not None:
        highest = before if highest is None else min(before, highest)
    if after is not None:
        lowest = after if lowest is None else max(after, lowest)
    return _Search(wanted, lowest, highest, rising=after is not None)


def _bounds(session: Session, wanted: Filter) -> tuple[int | None, int | None]:
    """The ids between which the jobs of the wanted time lie (exclusive): those of its neighbours in the time index."""
    lowest = highest = None
    if wanted.since is not None:
        earlier = select(Job.id).where(Job.received_at < wanted.since - _SLACK)
        lowest = session.scalar(earlier.order_by(Job.received_at.desc()).limit(1))
    if wanted.until is not None:
        later = select(Job.id).where(Job.received_at >= wanted.until + _SLACK)
        highest = session.scalar(later.order_by(Job.received_at).limit(1))
    return lowest, highest


def ended_since(engine: Engine, moment: datetime) -> Sequence[Job]:
    """The jobs that were finished at that time or later, in the order of their ends."""
    ended = select(Job).where(Job.finished_at >= moment).order_by(Job.finished_at, Job.id)
    with Session(engine) as session:
        return session.scalars(ended).all()


class _Search:
    """The statements for one filter between two ids."""

    def __init__(self, wanted: Filter, lowest: int | None, highest: int | None, *, rising: bool) -> None:
        self._wanted = wanted
        self._lowest = lowest
        self._highest = highest
        self._rising = rising
        self.filters: dict[str, ColumnElement[bool]] = {}
        if wanted.user:
            self.filters["user"] = func.lower(Job.author) == wanted.user.lower()
        if wanted.subreddit:
            self.filters["subreddit"] = func.lower(Job.subreddit) == wanted.subreddit.lower()
        if wanted.verdict:
            one = select(Photo.id).where(Photo.job_id == Job.id, Photo.verdict == wanted.verdict)
            self.filters["verdict"] = exists(one)
        if wanted.outcomes:
            self.filters["outcome"] = or_(*map(_ended, wanted.outcomes))
        if wanted.source:
            self.filters["source"] = Job.source == wanted.source
        if wanted.thing:
            self.filters["thing"] = or_(
                Job.summons == wanted.thing, Job.post == wanted.thing, Job.reply == wanted.thing
            )
        # What no index holds is checked on what the walk finds.
        texts = (Job.title, Job.body, Job.detail, func.coalesce(Job.error, ""))
        self.checked = [or_(*(text.icontains(word, autoescape=True) for text in texts)) for word in wanted.words]

    def narrowest(self, session: Session) -> str | None:
        """The filter with the fewest jobs, counted up to REACH; None when there is no filter."""
        if len(self.filters) < 2:
            return next(iter(self.filters), None)
        sizes = {
            name: session.scalar(select(func.count()).select_from(self._ids(name, REACH).subquery()))
            for name in self.filters
        }
        return min(sizes, key=lambda name: sizes[name] or 0)

    def page(self, walked: str | None, limit: int) -> Select[Any]:
        """The jobs, found through the index of one filter."""
        statement = select(Job).where(*self._in_time())
        if walked is None and not self.checked:
            statement = statement.where(*self._between(Job.id))
        else:
            others = self._others(walked)
            all_count = not others and self._wanted.since is None and self._wanted.until is None
            statement = statement.where(Job.id.in_(self._ids(walked, limit if all_count else REACH)), *others)
        return statement.order_by(Job.id if self._rising else Job.id.desc()).limit(limit)

    def outcomes(self, session: Session, reach: int) -> tuple[dict[str, int], int]:
        """How many jobs have each outcome, among the first `reach` entries of one walk; and how many those were."""
        walked = self.narrowest(session)
        ids = self._ids(walked, reach)
        looked_at = session.scalar(select(func.count()).select_from(ids.subquery())) or 0
        outcome = func.coalesce(Job.outcome, "open")
        counted = select(outcome, func.count()).where(Job.id.in_(ids), *self._others(walked), *self._in_time())
        rows = session.execute(counted.group_by(outcome))
        return {str(name): int(number) for name, number in rows}, looked_at

    def stopped_at(self, session: Session, walked: str | None) -> int | None:
        """The last id that was looked at, when the index went on beyond it."""
        ids = self._ids(walked, REACH).subquery()
        end = func.max if self._rising else func.min
        looked_at, last = session.execute(select(func.count(), end(ids.c.id)).select_from(ids)).one()
        return int(last) if looked_at == REACH else None

    def _others(self, walked: str | None) -> list[ColumnElement[bool]]:
        """What is checked on the jobs that a walk finds."""
        return [*(condition for name, condition in self.filters.items() if name != walked), *self.checked]

    def _in_time(self) -> list[ColumnElement[bool]]:
        since = [Job.received_at >= self._wanted.since] if self._wanted.since is not None else []
        return since + ([Job.received_at < self._wanted.until] if self._wanted.until is not None else [])

    def _ids(self, name: str | None, most: int) -> Select[Any]:
        """The ids of one filter's jobs, from its index alone; without one, of all jobs."""
        if name is None:
            return self._walk(select(Job.id.label("id")), Job.id, most)
        if name == "verdict":
            photos = select(Photo.job_id.label("id")).where(Photo.verdict == self._wanted.verdict).distinct()
            return self._walk(photos, Photo.job_id, most)
        if name != "outcome" or len(self._wanted.outcomes) == 1:
            return self._walk(select(Job.id.label("id")).where(self.filters[name]), Job.id, most)
        # One walk for each outcome, merged: a single one over all of them would sort every job that has any.
        each = []
        for outcome in self._wanted.outcomes:
            part = self._walk(select(Job.id.label("id")).where(_ended(outcome)), Job.id, most).subquery()
            each.append(select(part.c.id))
        merged = union_all(*each).subquery()
        return select(merged.c.id).order_by(merged.c.id if self._rising else merged.c.id.desc()).limit(most)

    def _walk(self, statement: Select[Any], column: Any, most: int) -> Select[Any]:
        statement = statement.where(*self._between(column))
        return statement.order_by(column if self._rising else column.desc()).limit(most)

    def _between(self, column: Any) -> list[ColumnElement[bool]]:
        low = [column > self._lowest] if self._lowest is not None else []
        return low + ([column < self._highest] if self._highest is not None else [])


def _ended(outcome: str | None) -> ColumnElement[bool]:
    return Job.outcome.is_(None) if outcome is None else Job.outcome == outcome
