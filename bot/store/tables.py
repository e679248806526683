"""The tables of jobs and pictures; those of subreddits and operators have files of their own.

They are created and changed by Alembic alone (`migrations/`); a test compares the two.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.aftercare import Removal
from bot.domain.delivery import Delivery
from bot.domain.outcomes import Outcome
from bot.domain.reddit_types import Source
from bot.domain.stages import Stage
from bot.domain.verdict import Verdict
from bot.store.columns import Base, Named, UtcDateTime

_STANDING = text("replied_at IS NOT NULL AND removal IS NULL")


class Job(Base):
    """The durable row that carries a summons from received to done.

    A worker owns the job while `claimed_by` is set and `claimed_until` has not passed.
    """

    __tablename__ = "jobs"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The fullname of what summoned the bot: a comment (t1), a post (t3) or a message (t4); "s_" and a name of its own
    #: for a correction. The key of the job.
    summons: Mapped[str] = mapped_column(String(20), unique=True)
    #: How the bot came to the summons.
    source: Mapped[Source] = mapped_column(Named(Source, 16))
    #: Where the summons was written, "u_" and a name for a profile; of a linked post, where that is. Empty for none.
    subreddit: Mapped[str] = mapped_column(String(50))
    #: Who wrote the summons; None when the account is gone, or when it is forgotten.
    author: Mapped[str | None] = mapped_column(String(50))
    #: The fullname of the post that the summons is about; None for a message that links to a picture.
    post: Mapped[str | None] = mapped_column(String(20))
    #: The title of the post, or the subject of a message.
    title: Mapped[str] = mapped_column(Text, default="")
    #: The words of the summons.
    body: Mapped[str] = mapped_column(Text, default="")
    #: The path of the summons on Reddit.
    permalink: Mapped[str] = mapped_column(Text, default="")
    #: When the bot stored the summons, UTC as all times here.
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)

    #: The step that comes next.
    stage: Mapped[Stage] = mapped_column(Named(Stage, 16), default=Stage.LOCATE)
    #: How the job ends, as soon as that is known.
    outcome: Mapped[Outcome | None] = mapped_column(Named(Outcome, 32))
    #: What was wrong with which input, for the reply log.
    detail: Mapped[str] = mapped_column(Text, default="")
    #: Why the present step was put off the last time.
    error: Mapped[str | None] = mapped_column(Text)
    #: How often the present step was put off.
    attempts: Mapped[int] = mapped_column(default=0)
    #: How often the worker died during the present step.
    deaths: Mapped[int] = mapped_column(default=0)
    #: No worker claims the job before.
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Who owns the job: the work.name of a process, with "/2" and so on for its further threads.
    claimed_by: Mapped[str | None] = mapped_column(String(100))
    #: When the claim runs out; its process renews it as long as it lives.
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: How often the job was claimed: the number of the present claim, by which its owner is told from an earlier one.
    claims: Mapped[int] = mapped_column(default=0, server_default="0")
    #: When the workers were told of the job through a message broker; None when nobody is on the way because of that.
    announced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When the last step was done; None while the job is open.
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    #: The job of the answer whose colours this one corrects; None where it is an answer itself.
    revises: Mapped[int | None]

    #: What the words were understood as: `Request.to_json` of `domain/request.py`.
    wanted: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    #: Words to post instead of a picture.
    answer: Mapped[str | None] = mapped_column(Text)
    #: What the asker is told besides the picture, one sentence each.
    notes: Mapped[list[str] | None] = mapped_column(JSON)
    #: Where the answer goes.
    delivery: Mapped[Delivery] = mapped_column(Named(Delivery, 16), default=Delivery.COMMENT)
    #: Who wrote the post; None when the account is gone, or when it is forgotten.
    post_author: Mapped[str | None] = mapped_column(String(50))
    #: Whether the post is marked NSFW.
    nsfw: Mapped[bool] = mapped_column(default=False)
    #: When the answer was sent, as long as it is not known whether Reddit took it.
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The fullname of the bot's answer: a comment (t1) or a message (t4).
    reply: Mapped[str | None] = mapped_column(String(20))
    #: The path of the answer on Reddit; empty for a message.
    reply_permalink: Mapped[str | None] = mapped_column(Text)
    #: When the answer was given or found.
    replied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The answer's score when Reddit was last asked; None while Reddit hides it.
    score: Mapped[int | None]
    #: When Reddit was last asked what became of the answer.
    looked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    #: Why the answer has to go; None while it may stand.
    removal: Mapped[Removal | None] = mapped_column(Named(Removal, 16))
    #: Since when it has to go.
    removal_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: How often its deletion failed.
    removal_attempts: Mapped[int] = mapped_column(default=0)
    #: Its deletion is not tried again before.
    removal_not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When the answer was gone and its pictures were given up.
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When names, texts and addresses were taken out of this row.
    forgotten_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("jobs_open", "finished_at", "not_before", "id"),
        Index("jobs_by_outcome", "outcome", "id"),
        Index("jobs_by_subreddit", "subreddit", "id"),
        Index("jobs_by_author", "author", "id"),
        Index("jobs_by_post", "post", "id"),
        Index("jobs_by_reply", "reply"),
        Index("jobs_by_revised", "revises", "id"),
        Index("jobs_by_source", "source", "id"),
        Index("jobs_by_time", "received_at", "outcome"),
        Index("jobs_replied", "replied_at", "received_at"),
        Index("jobs_watched", "looked_at", "replied_at", sqlite_where=_STANDING, postgresql_where=_STANDING),
        Index("jobs_to_remove", "removed_at", "removal"),
        Index("jobs_to_forget", "forgotten_at", "received_at"),
    )


# Names on Reddit are the same in any case, and an operator types them in any. A batch migration of this table loses
# indexes on expressions on SQLite, where Alembic cannot read them back: create them again there.
Index("jobs_by_lower_subreddit", func.lower(Job.subreddit), Job.id)
Index("jobs_by_lower_author", func.lower(Job.author), Job.id)


class Photo(Base):
    """One picture candidate of a job."""

    __tablename__ = "photos"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    #: As the asker counts, from 1.
    number: Mapped[int]
    #: The address that the photo is, or was, fetched from.
    url: Mapped[str] = mapped_column(Text)
    #: Addresses to try when the first has nothing, such as Reddit's preview.
    fallbacks: Mapped[list[str]] = mapped_column(JSON)
    #: Whether it is a film.
    moving: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    #: Why this photo of several is left out; None while it is not.
    outcome: Mapped[Outcome | None] = mapped_column(Named(Outcome, 32))
    #: What the detector says of it; None before it was looked at.
    verdict: Mapped[Verdict | None] = mapped_column(Named(Verdict, 16))
    #: The measures behind the verdict, by name.
    verdict_numbers: Mapped[dict[str, float] | None] = mapped_column(JSON)
    #: Pixels.
    width: Mapped[int | None]
    #: Pixels.
    height: Mapped[int | None]
    #: SHA-256 of the pixels, by which the same picture is known again.
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    #: The side-by-side of the photo and what was made of it.
    comparison_id: Mapped[int | None] = mapped_column(ForeignKey("hosted.id"))

    __table_args__ = (
        UniqueConstraint("job_id", "number"),
        Index("photos_by_verdict", "verdict", "job_id"),
        Index("photos_by_comparison", "comparison_id"),
        Index("photos_by_fingerprint", "fingerprint"),
    )


class Colourization(Base):
    """One result: a photo, the settings and the seed, and the picture that came of them."""

    __tablename__ = "colourizations"

    id: Mapped[int] = mapped_column(primary_key=True)
    photo_id: Mapped[int] = mapped_column(ForeignKey("photos.id", ondelete="CASCADE"))
    #: Counts from 0, which is the most plausible result.
    variant: Mapped[int] = mapped_column(default=0)
    #: Canonical JSON (`Request.settings`): equal settings are equal texts.
    settings: Mapped[str] = mapped_column(Text)
    #: The picture; None before its upload.
    hosted_id: Mapped[int | None] = mapped_column(ForeignKey("hosted.id"))

    __table_args__ = (UniqueConstraint("photo_id", "variant"), Index("colourizations_by_hosted", "hosted_id"))


class Hosted(Base):
    """One picture file at a host, from before its upload until the host has confirmed that it is gone.

    Several answers may show the same file.
    """

    __tablename__ = "hosted"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The name of the host that has it, or was about to get it.
    host: Mapped[str] = mapped_column(String(32))
    #: A random name, chosen before the upload.
    key: Mapped[str] = mapped_column(String(80), unique=True)
    #: The public address; None before the upload and after the deletion.
    url: Mapped[str | None] = mapped_column(Text)
    #: Since when the host may have the file without the bot knowing, by Reddit's clock; None when it was not asked, or
    #: has answered.
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: What the host must be given to delete the file; None where it needs nothing.
    token: Mapped[str | None] = mapped_column(Text)
    #: The size of the file.
    bytes: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Since when no answer shows it; None while one does.
    unwanted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When the host confirmed that it is gone, or when it was given up at a host that cannot find it; `error` says so.
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: How often its deletion was tried.
    attempts: Mapped[int] = mapped_column(default=0)
    #: Its deletion is not tried again before.
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Why the last deletion failed.
    error: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (Index("hosted_unwanted", "deleted_at", "unwanted_at"),)


class Note(Base):
    """One small fact that must survive a restart: a pause, the time of the last backup."""

    __tablename__ = "notes"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Step(Base):
    """One run of one step of a job, or one act of an operator on it."""

    __tablename__ = "steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)
    #: A stage, or "operator".
    stage: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: How long it took.
    seconds: Mapped[float]
    #: "done", "later", "to_STAGE", an outcome, or what the operator did.
    result: Mapped[str] = mapped_column(String(32))
    #: Why, where that is not plain.
    detail: Mapped[str] = mapped_column(Text, default="")


class Secret(Base):
    """What the bot made for itself at first start: the operator's password hash and the session key."""

    __tablename__ = "secrets"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
