"""What an operator looks after: running processes, sessions, who did what, and when the bot was silent."""

import sqlalchemy as sa
from alembic import op

revision = "20261126_operator"
down_revision = "20261121_photos"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create four tables; those that are there stay as they are."""
    op.create_table(
        "heartbeats",
        sa.Column("role", sa.String(length=16), primary_key=True),
        sa.Column("name", sa.String(length=100), primary_key=True),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("beat_at", _TIME),
        sa.Column("stopped_at", _TIME),
        sa.Column("every", sa.Double(), nullable=False),
        sa.Column("job_id", sa.Integer()),
        sa.Column("version", sa.String(length=32), nullable=False),
    )
    op.create_table(
        "login_sessions",
        sa.Column("id", sa.String(length=64), primary_key=True),
        sa.Column("who", sa.String(length=50), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=120), nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
        sa.Column("ends_at", _TIME, nullable=False),
    )
    op.create_index("login_sessions_by_end", "login_sessions", ["ends_at"])
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("who", sa.String(length=50), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("batch", sa.String(length=32)),
    )
    op.create_index("audit_by_batch", "audit", ["batch"])
    op.create_index("audit_by_subject", "audit", ["subject", "id"])
    op.create_table(
        "outages",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("began_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("told_at", _TIME),
    )


def downgrade() -> None:
    """Drop them: nothing that was there before refers to them."""
    for table in ("outages", "audit", "login_sessions", "heartbeats"):
        op.drop_table(table)
