"""When a job was announced to the workers through a message broker."""

import sqlalchemy as sa
from alembic import op

revision = "20261126_announced"
down_revision = "20261126_logins"


def upgrade() -> None:
    """None was yet."""
    op.add_column("jobs", sa.Column("announced_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Messages that are on their way find the jobs by their numbers."""
    op.drop_column("jobs", "announced_at")
