"""Tables of the subreddits that let the bot in, and of who is not answered."""

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.silence import Reason
from bot.store.columns import Base, Named, UtcDateTime


class Subreddit(Base):
    """A subreddit whose moderators have let the bot in."""

    __tablename__ = "subreddits"

    #: In lower case.
    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When the moderators sent the bot away; None while it moderates there.
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When the moderators were told what the bot does here.
    welcomed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The text of the last settings page that could be read; empty for the defaults.
    rules: Mapped[str] = mapped_column(Text, default="")
    #: The page's revision that was looked at last.
    revision: Mapped[str | None] = mapped_column(String(40))
    #: The revision about whose errors the moderators were told.
    complained: Mapped[str | None] = mapped_column(String(40))
    #: The revision that the moderators were told is in force.
    told: Mapped[str | None] = mapped_column(String(40))
    #: The modmail conversation in which the bot tells them; it outlives the bot's leaving.
    conversation: Mapped[str | None] = mapped_column(String(20))
    #: The moderators had the weekly letters on what was before; None while they want none.
    reported_to: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When the page was last looked at.
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Since when new posts are answered unasked; None while they are not.
    auto_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Posts that were made before have been seen.
    posts_to: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Comments that were made before have been seen.
    comments_to: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Whether the whole subreddit is NSFW.
    over_18: Mapped[bool] = mapped_column(default=False)
    #: Whether comments there may hold pictures.
    inline_pictures: Mapped[bool] = mapped_column(default=False)


class Silence(Base):
    """A person or a subreddit that is not answered."""

    __tablename__ = "silences"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: "user" or "subreddit".
    kind: Mapped[str] = mapped_column(String(16))
    #: In lower case.
    name: Mapped[str] = mapped_column(String(50))
    reason: Mapped[Reason] = mapped_column(Named(Reason, 16))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    #: None: until somebody takes it back.
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("kind", "name", "reason"),)
