"""Alembic's entry: runs the migrations on the connection that `bot.store.database.migrate` hands over."""

from alembic import context

from bot.store import operator_tables, subreddit_tables, turns  # noqa: F401 - they add their tables to the metadata
from bot.store.tables import Base

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("run migrations with `colorizebot migrate`, which knows the database")
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
