"""What the pages on people, subreddits and hosts show; each question reads a bounded number of rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, case, func, or_, select
from sqlalchemy.orm import Session

from bot.domain.outcomes import Group, Outcome
from bot.store.jobs import now
from bot.store.silences import SUBREDDIT
from bot.store.subreddit_tables import Silence, Subreddit
from bot.store.subreddits import rules_in
from bot.store.tables import Hosted, Job

REACH = 20_000
"""So many of the newest jobs are counted."""

MOST_SHOWN = 200
"""People, or subreddits, of a list on a page."""

FILES_REACH = 50_000
"""So many of the newest files are counted."""


@dataclass(frozen=True, slots=True)
class Asker:
    """How often somebody, or somewhere, was the reason of a job lately, by kind of ending."""

    name: str
    number: int
    answered: int
    skipped: int
    failed: int


@dataclass(slots=True)
class Place:
    """A subreddit that the bot moderates, is kept out of, or was summoned in lately."""

    name: str
    mode: str = ""
    joined_at: datetime | None = None
    checked_at: datetime | None = None
    silences: list[Silence] = field(default_factory=list)
    lately: Asker | None = None


@dataclass(frozen=True, slots=True)
class HostFiles:
    """The files of one host: kept ones with their bytes, and those that it has to delete."""

    host: str
    kept: int
    bytes: int
    unwanted: int
    oldest: datetime | None
    attempts: int
    error: str


def silenced(engine: Engine, kind: str, name: str = "") -> Sequence[Silence]:
    """Who, or where, is not answered now, the newest MOST_SHOWN first; or what is known of one name."""
    query = select(Silence).where(*_present(kind)).order_by(Silence.since.desc(), Silence.id.desc()).limit(MOST_SHOWN)
    if name:
        query = query.where(Silence.name == name.lower())
    with Session(engine) as session:
        return session.scalars(query).all()


def count_silenced(engine: Engine, kind: str) -> int:
    """How many entries `silenced` would have without a bound."""
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(Silence).where(*_present(kind))).scalar_one())


def _present(kind: str) -> tuple[ColumnElement[bool], ...]:
    return Silence.kind == kind, or_(Silence.until.is_(None), Silence.until > now())


def askers(engine: Engine, since: timedelta, *, by_place: bool = False, most: int = 50) -> list[Asker]:
    """Who asked most lately, among the newest REACH jobs; by_place: where most was asked."""
    column = func.lower(Job.subreddit) if by_place else Job.author
    lately = select(Job.id).where(Job.received_at > now() - since).order_by(Job.received_at.desc()).limit(REACH)
    groups = [
        func.sum(case((Job.outcome.in_(list(Outcome.names(group))), 1), else_=0))
        for group in (Group.ANSWERED, Group.SKIPPED, Group.FAILED)
    ]
    named = (Job.id.in_(lately), column.is_not(None), column != "")
    query = select(column, func.count(), *groups).where(*named).group_by(column)
    with engine.connect() as connection:
        rows = connection.execute(query.order_by(func.count().desc(), column).limit(most))
        return [Asker(str(row[0]), int(row[1]), int(row[2]), int(row[3]), int(row[4])) for row in rows]


def places(engine: Engine, since: timedelta, name: str = "") -> list[Place]:
    """Those that the bot moderates, then those that it is kept out of, then those with the most summonses lately.

    Of the first two MOST_SHOWN each; with a name that subreddit alone.
    """
    found: dict[str, Place] = {}
    moderated = select(Subreddit).where(Subreddit.left_at.is_(None)).order_by(Subreddit.name).limit(MOST_SHOWN)
    if name:
        moderated = moderated.where(Subreddit.name == name.lower())
    with Session(engine) as session:
        for row in session.scalars(moderated):
            rules = rules_in(row)
            mode = str(rules.mode) if rules.enabled else "off"
            found[row.name] = Place(row.name, mode, row.joined_at, row.checked_at)
    for silence in silenced(engine, SUBREDDIT, name):
        found.setdefault(silence.name, Place(silence.name)).silences.append(silence)
    for asked in askers(engine, since, by_place=True):
        if not name or asked.name == name.lower():
            found.setdefault(asked.name, Place(asked.name)).lately = asked
    return list(found.values())


def count_moderated(engine: Engine) -> int:
    """In how many subreddits the bot moderates."""
    with engine.connect() as connection:
        query = select(func.count()).select_from(Subreddit).where(Subreddit.left_at.is_(None))
        return int(connection.execute(query).scalar_one())


def hosts(engine: Engine) -> list[HostFiles]:
    """Every host that keeps a file: kept ones among the newest FILES_REACH, all that it has to delete."""
    newest = select(Hosted.id).order_by(Hosted.id.desc()).limit(FILES_REACH)
    kept = select(Hosted.host, func.count(), func.sum(Hosted.bytes)).where(
        Hosted.id.in_(newest), Hosted.deleted_at.is_(None), Hosted.unwanted_at.is_(None), Hosted.url.is_not(None)
    )
    unwanted = select(
        Hosted.host, func.count(), func.min(Hosted.unwanted_at), func.max(Hosted.attempts), func.max(Hosted.error)
    ).where(Hosted.deleted_at.is_(None), Hosted.unwanted_at.is_not(None))
    with engine.connect() as connection:
        standing = {str(row[0]): row for row in connection.execute(kept.group_by(Hosted.host))}
        going = {str(row[0]): row for row in connection.execute(unwanted.group_by(Hosted.host))}
    nothing = (None, 0, 0), (None, 0, None, 0, None)
    pairs = [(host, standing.get(host, nothing[0]), going.get(host, nothing[1])) for host in {**standing, **going}]
    return [
        HostFiles(host, int(good[1]), int(good[2] or 0), int(bad[1]), bad[2], int(bad[3] or 0), str(bad[4] or ""))
        for host, good, bad in sorted(pairs, key=lambda pair: pair[0])
    ]
