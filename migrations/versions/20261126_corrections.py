"""A job may correct the colours of an earlier one: it names that job."""

import sqlalchemy as sa
from alembic import op

revision = "20261126_corrections"
down_revision = "20261126_weekly_reports"


def upgrade() -> None:
    """Add the column; no job that is there corrects another."""
    op.add_column("jobs", sa.Column("revises", sa.Integer()))
    op.create_index("jobs_by_revised", "jobs", ["revises", "id"])


def downgrade() -> None:
    """Drop it; corrections stay as jobs that have nothing to do with another."""
    op.drop_index("jobs_by_revised", "jobs")
    op.drop_column("jobs", "revises")
