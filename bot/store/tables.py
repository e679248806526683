"""The tables. They are created and changed by Alembic alone (`migrations/`); a test compares the two."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    func,
    text,
)
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


_STANDING = text("replied_at IS NOT NULL AND removal IS NULL")


class Job(Base):
    """The durable row that carries a summons from received to done.

    `stage` is the step that comes next; `outcome` is set when the end is known, `finished_at` when the inbox item
    was marked read as well. `attempts` counts how often the present step was put off, `deaths` how often its worker
    died during it. A worker owns the job while `claimed_by` is set and `claimed_until` has not passed.

    `wanted`: what the summons' words were understood as. `answer`: words to post instead of a picture; `notes`: what
    is said beside it. `delivery`: where the answer goes. `reply`: the bot's comment (t1) or message (t4). `looked_at`:
    when the bot last asked Reddit what became of it. `removal`: why the reply has to go, `removed_at`: when it was gone
    and its pictures were given up. `forgotten_at`: when what people wrote was taken out of this row.
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

    wanted: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    answer: Mapped[str | None] = mapped_column(Text)
    notes: Mapped[list[str] | None] = mapped_column(JSON)
    delivery: Mapped[str] = mapped_column(String(16), default="comment")
    post_author: Mapped[str | None] = mapped_column(String(50))
    nsfw: Mapped[bool] = mapped_column(default=False)
    reply: Mapped[str | None] = mapped_column(String(20))
    reply_permalink: Mapped[str | None] = mapped_column(Text)
    replied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    score: Mapped[int | None]
    looked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    removal: Mapped[str | None] = mapped_column(String(16))
    removal_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removal_attempts: Mapped[int] = mapped_column(default=0)
    removal_not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    forgotten_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("jobs_open", "finished_at", "not_before", "id"),
        Index("jobs_by_outcome", "outcome", "id"),
        Index("jobs_by_subreddit", "subreddit", "id"),
        Index("jobs_by_author", "author", "id"),
        Index("jobs_by_post", "post", "id"),
        Index("jobs_by_reply", "reply"),
        Index("jobs_by_source", "source", "id"),
        Index("jobs_by_time", "received_at", "outcome"),
        Index("jobs_replied", "replied_at", "received_at"),
        Index("jobs_watched", "looked_at", sqlite_where=_STANDING, postgresql_where=_STANDING),
        Index("jobs_to_remove", "removed_at", "removal"),
        Index("jobs_to_forget", "forgotten_at", "received_at"),
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


# Names on Reddit are the same in any case, and an operator types them in any. A batch migration of this table loses
# indexes on expressions on SQLite, where Alembic cannot read them back: create them again there.
Index("jobs_by_lower_subreddit", func.lower(Job.subreddit), Job.id)
Index("jobs_by_lower_author", func.lower(Job.author), Job.id)


class Photo(Base):
    """One picture candidate of a job; `number` counts from 1 as the asker counts them.

    `outcome`: why this photo of several is left out. `fingerprint`: a perceptual hash that copies of the photo share.
    `comparison_id`: the side-by-side of the photo and what was made of it.
    """

    __tablename__ = "photos"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    number: Mapped[int]
    url: Mapped[str] = mapped_column(Text)
    fallbacks: Mapped[list[str]] = mapped_column(JSON)
    outcome: Mapped[str | None] = mapped_column(String(32))
    verdict: Mapped[str | None] = mapped_column(String(16))
    verdict_numbers: Mapped[dict[str, float] | None] = mapped_column(JSON)
    width: Mapped[int | None]
    height: Mapped[int | None]
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    comparison_id: Mapped[int | None] = mapped_column(ForeignKey("hosted.id"))

    __table_args__ = (
        UniqueConstraint("job_id", "number"),
        Index("photos_by_verdict", "verdict", "job_id"),
        Index("photos_by_comparison", "comparison_id"),
    )


class Colourization(Base):
    """One result: a photo, the settings and the seed, and the picture that came of them.

    `settings` is canonical JSON (`domain.wanted`), so that equal settings are equal texts. `variant` counts from 0.
    """

    __tablename__ = "colourizations"

    id: Mapped[int] = mapped_column(primary_key=True)
    photo_id: Mapped[int] = mapped_column(ForeignKey("photos.id", ondelete="CASCADE"))
    variant: Mapped[int] = mapped_column(default=0)
    settings: Mapped[str] = mapped_column(Text)
    hosted_id: Mapped[int | None] = mapped_column(ForeignKey("hosted.id"))

    __table_args__ = (UniqueConstraint("photo_id", "variant"), Index("colourizations_by_hosted", "hosted_id"))


class Hosted(Base):
    """One picture file at a host, from before its upload until the host has confirmed that it is gone.

    `key` is chosen before the upload; `token` is what the host needs to delete the file. Results may be shared by
    several replies. `unwanted_at`: since when no reply shows it; `deleted_at`: when the host confirmed.
    """

    __tablename__ = "hosted"

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(80), unique=True)
    url: Mapped[str | None] = mapped_column(Text)
    token: Mapped[str | None] = mapped_column(Text)
    bytes: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    unwanted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (Index("hosted_unwanted", "deleted_at", "unwanted_at"),)


class Subreddit(Base):
    """A subreddit whose moderators have let the bot in; `name` is in lower case.

    `rules` is the text of the last valid settings page, `revision` the page's revision that was looked at last, and
    `complained` the revision about whose errors the moderators were told. `auto_since`: since when new posts are
    answered unasked. `posts_to` and `comments_to` are where the bot has read to: everything created before was seen.
    """

    __tablename__ = "subreddits"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    welcomed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rules: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[str | None] = mapped_column(String(40))
    complained: Mapped[str | None] = mapped_column(String(40))
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    auto_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    posts_to: Mapped[datetime | None] = mapped_column(UtcDateTime)
    comments_to: Mapped[datetime | None] = mapped_column(UtcDateTime)
    over_18: Mapped[bool] = mapped_column(default=False)
    inline_pictures: Mapped[bool] = mapped_column(default=False)


class Silence(Base):
    """Somebody whom, or somewhere where, the bot does not answer; until a time, or for good.

    kind: "user" or "subreddit". name: in lower case. reason: a value of `domain.silence.Reason`.
    """

    __tablename__ = "silences"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(50))
    reason: Mapped[str] = mapped_column(String(16))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("kind", "name", "reason"),)


class Note(Base):
    """One small fact that must survive a restart, by name: a pause, the time of the last backup."""

    __tablename__ = "notes"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


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
