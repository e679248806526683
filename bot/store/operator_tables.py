"""Tables of what an operator looks after.

Running processes, sessions, who did what, when the bot was silent, and what moderators wrote to it.
"""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.columns import Base, UtcDateTime


class Heartbeat(Base):
    """A running process in one role: the last time it did what it is there for.

    role: "poller" or "worker". name: the process's work.name. beat_at: the last success, None before the first.
    every: seconds between two successes as long as all is well. job_id: the job that a worker is busy with.
    stopped_at: when the process ended in good order.
    """

    __tablename__ = "heartbeats"

    role: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    beat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    every: Mapped[float]
    job_id: Mapped[int | None]
    version: Mapped[str] = mapped_column(String(32))


class LoginSession(Base):
    """A browser that is logged in; the row goes when it logs out. id: the SHA-256 of what its cookie holds.

    who: the name that was given at the login. operator: whose login it was, None for the shared password. browser: in
    words, for the operator to know it again.
    """

    __tablename__ = "login_sessions"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    who: Mapped[str] = mapped_column(String(50))
    address: Mapped[str] = mapped_column(String(64))
    browser: Mapped[str] = mapped_column(String(120))
    operator: Mapped[str | None] = mapped_column(String(50))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("login_sessions_by_end", "ends_at"),)


class Operator(Base):
    """Somebody with a login of their own. password: its Argon2 hash. factor: the base32 secret of their second factor.

    role: "read" or "act". code_used: the time step of the last code that was used; no code counts twice.
    """

    __tablename__ = "operators"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    role: Mapped[str] = mapped_column(String(8))
    password: Mapped[str] = mapped_column(String(200))
    factor: Mapped[str | None] = mapped_column(String(64))
    code_used: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Deed(Base):
    """Something that an operator did. subject: what it was done to, such as "job 12" or "u/name".

    batch: what was done by one click shares it; an undo carries the batch that it took back as its own.
    """

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    who: Mapped[str] = mapped_column(String(50))
    address: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(120))
    detail: Mapped[str] = mapped_column(Text, default="")
    batch: Mapped[str | None] = mapped_column(String(32))

    __table_args__ = (Index("audit_by_batch", "batch"), Index("audit_by_subject", "subject", "id"))


class Outage(Base):
    """A time in which the bot did not poll, work or answer. told_at: when its operator was notified."""

    __tablename__ = "outages"

    id: Mapped[int] = mapped_column(primary_key=True)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ModeratorAnswer(Base):
    """What a moderator wrote to the bot in modmail. id: the message's at Reddit. subreddit: in lower case."""

    __tablename__ = "moderator_answers"

    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    subreddit: Mapped[str] = mapped_column(String(50))
    author: Mapped[str] = mapped_column(String(50))
    body: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("moderator_answers_by_time", "sent_at"),)
