"""Operators with logins of their own."""

import sqlalchemy as sa
from alembic import op

revision = "20261126_logins"
down_revision = "20261126_unknown_fate"


def upgrade() -> None:
    """Nobody has one yet; who is logged in came by the shared password."""
    op.create_table(
        "operators",
        sa.Column("name", sa.String(length=50), primary_key=True),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=False),
        sa.Column("factor", sa.String(length=64)),
        sa.Column("code_used", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.add_column("login_sessions", sa.Column("operator", sa.String(length=50)))


def downgrade() -> None:
    """Their logins are lost; the shared password is the only one again, so their sessions end."""
    op.execute("DELETE FROM login_sessions WHERE operator IS NOT NULL")
    with op.batch_alter_table("login_sessions") as sessions:
        sessions.drop_column("operator")
    op.drop_table("operators")
