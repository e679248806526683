"""Photos are known again by their very pixels, no longer by a perceptual hash.

The hashes of both kinds have the same form and say nothing to the other's code, so they go, up and down.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_same_pixels"
down_revision = "20261126_operator"


def upgrade() -> None:
    """Clear the perceptual hashes; an index finds the new fingerprints."""
    op.execute(sa.text("UPDATE photos SET fingerprint = NULL"))
    op.create_index("photos_by_fingerprint", "photos", ["fingerprint"])


def downgrade() -> None:
    """Drop the index, and clear the fingerprints."""
    op.drop_index("photos_by_fingerprint", "photos")
    op.execute(sa.text("UPDATE photos SET fingerprint = NULL"))
