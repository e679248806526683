"""When each subreddit had its turn last, and how often each job was claimed."""

import sqlalchemy as sa
from alembic import op

revision = "20261126_turns"
down_revision = "20261126_corrections"


def upgrade() -> None:
    """Nobody had a turn yet."""
    op.add_column("jobs", sa.Column("claims", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "turns",
        sa.Column("subreddit", sa.String(length=50), primary_key=True),
        sa.Column("served_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Jobs are claimed in the order in which they are due."""
    op.drop_table("turns")
    op.drop_column("jobs", "claims")
