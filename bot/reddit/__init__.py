"""Everything that talks to Reddit; the only package that imports praw."""
