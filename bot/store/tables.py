"""The tables. They are created and changed by Alembic alone (`migrations/`); a test compares the two."""

from datetime import UTC, datetime

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, Index, String, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.domain.outcomes import Outcome
from bot.domain.stages import Stage
from bot.domain.things import Source


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes in UTC, also on SQLite, which knows no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times: they would be read back shifted."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give SQLite's naive times their zone back, and bring PostgreSQL's into UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Common metadata of all tables."""


class Job(Base):
    """The durable row that carries a summons from received to done.

    `stage` is the step that comes next; `outcome` is set when the end is known, `finished_at` when the inbox item
    was marked read as well. `attempts` counts how often the present step was put off, `deaths` how often its worker
    died during it. A worker owns the job while `claimed_by` is set and `claimed_until` has not passed.
    """

    __tablename__ = "jobs"

    id: Mapped[int] = mapped_column(primary_key=True)
    summons: Mapped[str] = mapped_column(String(20), unique=True)
    source: Mapped[str] = mapped_column(String(16))
    subreddit: Mapped[str] = mapped_column(String(50))
    author: Mapped[str | None] = mapped_column(String(50))
    post: Mapped[str | None] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")
    permalink: Mapped[str] = mapped_column(Text, default="")
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)

    stage: Mapped[str] = mapped_column(String(16), default=Stage.LOCATE.value)
    outcome: Mapped[str | None] = mapped_column(String(32))
    detail: Mapped[str] = mapped_column(Text, default="")
    error: Mapped[str | None] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(default=0)
    deaths: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(100))
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    photo_url: Mapped[str | None] = mapped_column(Text)
    photo_fallbacks: Mapped[list[str] | None] = mapped_column(JSON)
    force: Mapped[bool] = mapped_column(default=False)
    verdict: Mapped[str | None] = mapped_column(String(16))
    verdict_numbers: Mapped[dict[str, float] | None] = mapped_column(JSON)
    host: Mapped[str | None] = mapped_column(String(32))
    result_key: Mapped[str | None] = mapped_column(String(64))
    result_url: Mapped[str | None] = mapped_column(Text)
    comparison_url: Mapped[str | None] = mapped_column(Text)
    reply: Mapped[str | None] = mapped_column(String(20))
    reply_permalink: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index("jobs_open", "finished_at", "not_before", "id"),
        Index("jobs_by_outcome", "outcome", "id"),
    )

    def as_source(self) -> Source:
        """How the bot came to this summons."""
        return Source(self.source)

    def as_stage(self) -> Stage:
        """The step that comes next."""
        return Stage(self.stage)

    def as_outcome(self) -> Outcome | None:
        """How the job ended, when that is known."""
        return Outcome.named(self.outcome) if self.outcome else None


class Step(Base):
    """One execution of one stage of a job: how long it took and how it ended."""

    __tablename__ = "steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)
    stage: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seconds: Mapped[float]
    result: Mapped[str] = mapped_column(String(32))
    detail: Mapped[str] = mapped_column(Text, default="")


class Secret(Base):
    """What the bot made for itself at first start: the operator's password hash and the session key."""

    __tablename__ = "secrets"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
