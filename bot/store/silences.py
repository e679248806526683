"""Whom and where the bot does not answer, as stored."""

from sqlalchemy import Delete, Engine, bindparam, delete, or_, select
from sqlalchemy.orm import Session

from bot.domain.silence import EFFECTS, Reason
from bot.store.database import insert_new
from bot.store.jobs import now
from bot.store.subreddit_tables import Silence

USER, SUBREDDIT = "user", "subreddit"

_REASONS = select(Silence.reason).where(
    Silence.kind == bindparam("kind"),
    Silence.name == bindparam("name"),
    or_(Silence.until.is_(None), Silence.until > bindparam("now")),
)


def silence(engine: Engine, kind: str, name: str, reason: Reason) -> None:
    """Store that somebody, or somewhere, is not answered. A second time starts the reason's duration again."""
    lasts = EFFECTS[reason].lasts
    since = now()
    row = {"kind": kind, "name": name.lower(), "reason": reason, "since": since}
    with Session(engine) as session, session.begin():
        session.execute(_exactly(kind, name, reason))
        session.execute(insert_new(engine, Silence, {**row, "until": since + lasts if lasts else None}))


def lift(engine: Engine, kind: str, name: str, reason: Reason) -> None:
    """Remove one reason not to answer; others stay."""
    with Session(engine) as session, session.begin():
        session.execute(_exactly(kind, name, reason))


def reasons(engine: Engine, kind: str, name: str | None) -> set[Reason]:
    """Why somebody, or somewhere, is not answered now; empty when they are."""
    if not name:
        return set()
    asked = {"kind": kind, "name": name.lower(), "now": now()}
    with engine.connect() as connection:
        return {Reason(reason) for reason in connection.scalars(_REASONS, asked)}


def _exactly(kind: str, name: str, reason: Reason) -> Delete:
    return delete(Silence).where(Silence.kind == kind, Silence.name == name.lower(), Silence.reason == reason)
