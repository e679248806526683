"""What is under way and may have arrived: answers that were sent, pictures that a host was asked to keep."""

import sqlalchemy as sa
from alembic import op

revision = "20261126_unknown_fate"
down_revision = "20261126_turns"


def upgrade() -> None:
    """Nothing is known of what is under way just now: answers are looked for in any case, and keys stay the same."""
    op.add_column("jobs", sa.Column("sent_at", sa.DateTime(timezone=True)))
    op.add_column("hosted", sa.Column("asked_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """What may have arrived is looked for a short time only."""
    op.drop_column("hosted", "asked_at")
    op.drop_column("jobs", "sent_at")
