"""Pure decisions: no database, no network, no files."""
