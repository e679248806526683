"""One modmail conversation for each subreddit, and what moderators write in it."""

import sqlalchemy as sa
from alembic import op

revision = "20261126_moderators"
down_revision = "20261126_same_pixels"


def upgrade() -> None:
    """Who has a page in force already is not told so again."""
    op.add_column("subreddits", sa.Column("conversation", sa.String(length=20)))
    op.add_column("subreddits", sa.Column("told", sa.String(length=40)))
    op.execute("UPDATE subreddits SET told = revision")
    op.create_table(
        "moderator_answers",
        sa.Column("id", sa.String(length=20), primary_key=True),
        sa.Column("subreddit", sa.String(length=50), nullable=False),
        sa.Column("author", sa.String(length=50), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("moderator_answers_by_time", "moderator_answers", ["sent_at"])


def downgrade() -> None:
    """The conversations stay at Reddit."""
    op.drop_table("moderator_answers")
    with op.batch_alter_table("subreddits") as subreddits:
        subreddits.drop_column("told")
        subreddits.drop_column("conversation")
