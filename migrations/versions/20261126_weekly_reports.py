"""How far the moderators of a subreddit had their weekly letters."""

import sqlalchemy as sa
from alembic import op

revision = "20261126_weekly_reports"
down_revision = "20261126_moderators"


def upgrade() -> None:
    """Nobody has asked for them yet."""
    op.add_column("subreddits", sa.Column("reported_to", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """The letters stay at Reddit."""
    with op.batch_alter_table("subreddits") as subreddits:
        subreddits.drop_column("reported_to")
