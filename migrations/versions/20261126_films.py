"""A photo may be a film."""

import sqlalchemy as sa
from alembic import op

revision = "20261126_films"
down_revision = "20261126_announced"


def upgrade() -> None:
    """What is there is none."""
    op.add_column("photos", sa.Column("moving", sa.Boolean(), nullable=False, server_default=sa.text("false")))


def downgrade() -> None:
    """Films stay at their hosts; what shows them is not told from photos any more."""
    with op.batch_alter_table("photos") as photos:
        photos.drop_column("moving")
