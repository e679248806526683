"""The first tables: jobs, their steps, and the secrets that the bot makes for itself."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_first"
down_revision = None


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("summons", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("subreddit", sa.String(length=50), nullable=False),
        sa.Column("author", sa.String(length=50), nullable=True),
        sa.Column("post", sa.String(length=20), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("permalink", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("deaths", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.String(length=100), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("photo_url", sa.Text(), nullable=True),
        sa.Column("photo_fallbacks", sa.JSON(), nullable=True),
        sa.Column("force", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=True),
        sa.Column("verdict_numbers", sa.JSON(), nullable=True),
        sa.Column("host", sa.String(length=32), nullable=True),
        sa.Column("result_key", sa.String(length=64), nullable=True),
        sa.Column("result_url", sa.Text(), nullable=True),
        sa.Column("comparison_url", sa.Text(), nullable=True),
        sa.Column("reply", sa.String(length=20), nullable=True),
        sa.Column("reply_permalink", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("summons"),
    )
    op.create_index("jobs_by_outcome", "jobs", ["outcome", "id"])
    op.create_index("jobs_open", "jobs", ["finished_at", "not_before", "id"])

    op.create_table(
        "secrets",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("result", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_steps_job_id", "steps", ["job_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_steps_job_id", "steps")

    op.drop_table("steps")
    op.drop_table("secrets")
    op.drop_index("jobs_open", "jobs")
    op.drop_index("jobs_by_outcome", "jobs")

    op.drop_table("jobs")
