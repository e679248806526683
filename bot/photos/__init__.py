"""Fetching a photo from a URL that a stranger chose, and telling grey from colour."""
