"""The replies that nobody looked at yet are found in their order, however many others there are."""

from alembic import op
from sqlalchemy import text

revision = "20261127_watched"
down_revision = "20261126_films"

_STANDING = text("replied_at IS NOT NULL AND removal IS NULL")


def upgrade() -> None:
    """Put the time of the reply into the index."""
    _make_anew("looked_at", "replied_at")


def downgrade() -> None:
    """Take it out."""
    _make_anew("looked_at")


def _make_anew(*columns: str) -> None:
    op.drop_index("jobs_watched", "jobs")
    op.create_index("jobs_watched", "jobs", columns, sqlite_where=_STANDING, postgresql_where=_STANDING)
