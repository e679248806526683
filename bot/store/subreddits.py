"""The subreddits that let the bot in, their rules, and how far the bot has read there."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import structlog
from sqlalchemy import Engine, bindparam, select, update
from sqlalchemy.orm import Session

from bot.domain.rules import Rules
from bot.domain.rules_page import RulesError, parse_rules
from bot.domain.silence import Reason
from bot.store import notes, silences
from bot.store.database import insert_new
from bot.store.jobs import now
from bot.store.subreddit_tables import Subreddit

POSTS, COMMENTS = "posts_to", "comments_to"
"""The two listings that are read on, by the column that says how far."""

_RESET_ON_LEAVE: Mapping[str, Any] = {
    "welcomed_at": None,
    "rules": "",
    "revision": None,
    "complained": None,
    "told": None,
    "reported_to": None,
    "checked_at": None,
    "auto_since": None,
    POSTS: None,
    COMMENTS: None,
}

log = structlog.get_logger("bot.store")


def joined(engine: Engine) -> Sequence[Subreddit]:
    """Every subreddit that the bot moderates now, by name."""
    with Session(engine) as session:
        return session.scalars(select(Subreddit).where(Subreddit.left_at.is_(None)).order_by(Subreddit.name)).all()


# What is asked several times in each job is built once: building a statement costs more than SQLite's answer.
_FIND = select(Subreddit).where(Subreddit.name == bindparam("name"), Subreddit.left_at.is_(None))
_PAGE = _FIND.with_only_columns(Subreddit.rules, Subreddit.revision)


def find(engine: Engine, name: str) -> Subreddit | None:
    """The subreddit, if the bot moderates it now."""
    with Session(engine) as session:
        return session.scalar(_FIND, {"name": name.lower()})


def join(engine: Engine, name: str) -> bool:
    """The bot moderates there from now on; False when it did already. What kept it silent there before is over."""
    name, moment = name.lower(), now()
    row = {**_RESET_ON_LEAVE, "name": name, "joined_at": moment, "over_18": False, "inline_pictures": False}
    again = update(Subreddit).where(Subreddit.name == name, Subreddit.left_at.is_not(None))
    with engine.begin() as connection:
        new = connection.execute(insert_new(engine, Subreddit, row).returning(Subreddit.name)).first() is not None
        if not new:
            values = {**_RESET_ON_LEAVE, "joined_at": moment, "left_at": None}
            new = connection.execute(again.values(values).returning(Subreddit.name)).first() is not None
    for reason in (Reason.LEFT, Reason.BANNED, Reason.MUTED, Reason.PRIVATE):
        silences.lift(engine, silences.SUBREDDIT, name, reason)
    return new


def mark_left(engine: Engine, name: str) -> None:
    """The bot does not moderate there any more: it is silent there, and the rules are forgotten."""
    silences.silence(engine, silences.SUBREDDIT, name, Reason.LEFT)
    change(engine, name, **_RESET_ON_LEAVE, left_at=now())


def change(engine: Engine, name: str, **values: Any) -> None:
    """Set columns of one subreddit."""
    with engine.begin() as connection:
        connection.execute(update(Subreddit).where(Subreddit.name == name.lower()).values(values))


def put_in_force(engine: Engine, row: Subreddit, text: str, rules: Rules, revision: str) -> None:
    """Store a page that was read without a problem. What was posted before `mode: auto` is not answered unasked."""
    began = (row.auto_since or now()) if rules.scans() else None
    reached = row.posts_to if rules.scans() else None
    changes = {"rules": text, "revision": revision, "checked_at": now(), "auto_since": began, POSTS: reached}
    change(engine, row.name, **changes)


def rules_of(engine: Engine, subreddit: str, listed: Collection[str] = ()) -> Rules:
    """The rules in force: those of the page, or the defaults where there is none.

    listed: the operator's own list of scanned subreddits; where no page says otherwise, they are in mode auto.
    """
    name = subreddit.lower()
    with engine.connect() as connection:
        row = connection.execute(_PAGE, {"name": name}).first()
    if row is not None and row.revision is not None:
        return _stored_rules(name, row.rules)
    return Rules(mode="auto") if name in {one.lower() for one in listed} else Rules()


def rules_in(row: Subreddit) -> Rules:
    """The rules in force of one subreddit."""
    return _stored_rules(row.name, row.rules)


def _stored_rules(name: str, text: str) -> Rules:
    try:
        return _parsed(text)
    except RulesError as error:  # written for another version of the bot
        log.warning("stored_rules_unreadable", subreddit=name, problem=str(error))
        return Rules(enabled=False)


@lru_cache(maxsize=1000)
def _parsed(text: str) -> Rules:
    return parse_rules(text)


def read_to(engine: Engine, listing: str, names: Iterable[str]) -> dict[str, datetime]:
    """How far the listing of each subreddit was read; those that were never read are missing.

    For subreddits that the bot does not moderate this is kept in a note.
    """
    wanted = {name.lower() for name in names}
    column = getattr(Subreddit, listing)
    rows = select(Subreddit.name, column).where(Subreddit.left_at.is_(None), column.is_not(None))
    noted = notes.read(engine, listing) or {}
    found = {name: datetime.fromisoformat(moment) for name, moment in noted.items() if name in wanted}
    with engine.connect() as connection:
        found |= {name: moment for name, moment in connection.execute(rows) if name in wanted}
    return found


def set_read_to(engine: Engine, listing: str, names: Iterable[str], moment: datetime) -> None:
    """Everything in these subreddits that was made before `moment` has been seen."""
    wanted = {name.lower() for name in names}
    mine = update(Subreddit).where(Subreddit.name.in_(wanted), Subreddit.left_at.is_(None))
    with engine.begin() as connection:
        changed = set(connection.scalars(mine.values({listing: moment}).returning(Subreddit.name)))
    if others := wanted - changed:
        noted = notes.read(engine, listing) or {}
        notes.write(engine, listing, noted | dict.fromkeys(others, moment.isoformat()))
