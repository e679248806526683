"""Several photos and results for a job, pictures at several hosts, subreddits with rules, silences, notes.

What a job had found so far moves into the new tables. Going back is by backup: a job with several photos does not fit
into the old table.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261121_photos"
down_revision = "20261121_first"

_TIME = sa.DateTime(timezone=True)
_MOVED = (
    "photo_url",
    "photo_fallbacks",
    "force",
    "verdict",
    "verdict_numbers",
    "host",
    "result_key",
    "result_url",
    "comparison_url",
)


def upgrade() -> None:
    """Create the tables, move what is there, drop the columns that held it."""
    _create_pictures()
    _create_places()
    with op.batch_alter_table("jobs") as jobs:
        for column in (
            sa.Column("wanted", sa.JSON()),
            sa.Column("answer", sa.Text()),
            sa.Column("notes", sa.JSON()),
            sa.Column("delivery", sa.String(length=16), nullable=False, server_default="comment"),
            sa.Column("post_author", sa.String(length=50)),
            sa.Column("nsfw", sa.Boolean(), nullable=False, server_default=sa.false()),
            sa.Column("replied_at", _TIME),
            sa.Column("score", sa.Integer()),
            sa.Column("looked_at", _TIME),
            sa.Column("removal", sa.String(length=16)),
            sa.Column("removal_at", _TIME),
            sa.Column("removal_attempts", sa.Integer(), nullable=False, server_default="0"),
            sa.Column("removal_not_before", _TIME),
            sa.Column("removed_at", _TIME),
            sa.Column("forgotten_at", _TIME),
        ):
            jobs.add_column(column)
    _move()
    with op.batch_alter_table("jobs") as jobs:
        jobs.alter_column("nsfw", server_default=None)
        jobs.alter_column("delivery", server_default=None)
        jobs.alter_column("removal_attempts", server_default=None)
        for name in _MOVED:
            jobs.drop_column(name)
    op.create_index("jobs_by_subreddit", "jobs", ["subreddit", "id"])
    op.create_index("jobs_by_author", "jobs", ["author", "id"])
    op.create_index("jobs_by_post", "jobs", ["post", "id"])
    op.create_index("jobs_by_reply", "jobs", ["reply"])
    op.create_index("jobs_by_lower_subreddit", "jobs", [sa.text("lower(subreddit)"), "id"])
    op.create_index("jobs_by_lower_author", "jobs", [sa.text("lower(author)"), "id"])
    op.create_index("jobs_by_source", "jobs", ["source", "id"])
    op.create_index("jobs_by_time", "jobs", ["received_at", "outcome"])
    op.create_index("jobs_replied", "jobs", ["replied_at", "received_at"])
    standing = sa.text("replied_at IS NOT NULL AND removal IS NULL")
    op.create_index("jobs_watched", "jobs", ["looked_at"], sqlite_where=standing, postgresql_where=standing)
    op.create_index("jobs_to_remove", "jobs", ["removed_at", "removal"])
    op.create_index("jobs_to_forget", "jobs", ["forgotten_at", "received_at"])


def _create_pictures() -> None:
    op.create_table(
        "hosted",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("host", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("url", sa.Text()),
        sa.Column("token", sa.Text()),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("unwanted_at", _TIME),
        sa.Column("deleted_at", _TIME),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", _TIME),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("hosted_unwanted", "hosted", ["deleted_at", "unwanted_at"])
    op.create_table(
        "photos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("fallbacks", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(length=32)),
        sa.Column("verdict", sa.String(length=16)),
        sa.Column("verdict_numbers", sa.JSON()),
        sa.Column("width", sa.Integer()),
        sa.Column("height", sa.Integer()),
        sa.Column("fingerprint", sa.String(length=64)),
        sa.Column("comparison_id", sa.Integer()),
        sa.ForeignKeyConstraint(["comparison_id"], ["hosted.id"]),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("job_id", "number"),
    )
    op.create_index("photos_by_comparison", "photos", ["comparison_id"])
    op.create_index("photos_by_verdict", "photos", ["verdict", "job_id"])
    op.create_table(
        "colourizations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("variant", sa.Integer(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("hosted_id", sa.Integer()),
        sa.ForeignKeyConstraint(["hosted_id"], ["hosted.id"]),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("photo_id", "variant"),
    )
    op.create_index("colourizations_by_hosted", "colourizations", ["hosted_id"])


def _create_places() -> None:
    op.create_table(
        "notes",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "silences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("until", _TIME),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "name", "reason"),
    )
    op.create_table(
        "subreddits",
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("joined_at", _TIME, nullable=False),
        sa.Column("left_at", _TIME),
        sa.Column("welcomed_at", _TIME),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("revision", sa.String(length=40)),
        sa.Column("complained", sa.String(length=40)),
        sa.Column("checked_at", _TIME),
        sa.Column("auto_since", _TIME),
        sa.Column("posts_to", _TIME),
        sa.Column("comments_to", _TIME),
        sa.Column("over_18", sa.Boolean(), nullable=False),
        sa.Column("inline_pictures", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _move() -> None:
    """One photo, one colourization and two hosted pictures from each old job that had them."""
    for statement in (
        """INSERT INTO hosted (host, key, url, bytes, created_at, deleted_at, attempts)
           SELECT host, result_key, result_url, 0, received_at, CASE WHEN reply IS NULL THEN finished_at END, 0
           FROM jobs WHERE result_url IS NOT NULL""",
        """INSERT INTO hosted (host, key, url, bytes, created_at, deleted_at, attempts)
           SELECT host, result_key || '-side-by-side', comparison_url, 0, received_at,
                  CASE WHEN reply IS NULL THEN finished_at END, 0
           FROM jobs WHERE comparison_url IS NOT NULL""",
        """INSERT INTO photos (job_id, number, url, fallbacks, verdict, verdict_numbers, comparison_id)
           SELECT jobs.id, 1, photo_url, COALESCE(photo_fallbacks, '[]'), verdict, verdict_numbers, hosted.id
           FROM jobs LEFT JOIN hosted ON hosted.key = result_key || '-side-by-side' WHERE photo_url IS NOT NULL""",
        """INSERT INTO colourizations (photo_id, variant, settings, hosted_id)
           SELECT photos.id, 0, '{}', hosted.id
           FROM jobs JOIN photos ON photos.job_id = jobs.id JOIN hosted ON hosted.key = jobs.result_key""",
        # The words of an open job are read again: it goes back to its first step unless its reply may be out already.
        "UPDATE jobs SET stage = 'locate' WHERE finished_at IS NULL AND stage NOT IN ('reply', 'finish')",
        "DELETE FROM photos WHERE job_id IN (SELECT id FROM jobs WHERE stage = 'locate')",
        "UPDATE jobs SET replied_at = COALESCE(finished_at, received_at) WHERE reply IS NOT NULL",
    ):
        op.execute(statement)


def downgrade() -> None:
    """Refuse: see above."""
    raise NotImplementedError("restore the backup that was made before the upgrade")
