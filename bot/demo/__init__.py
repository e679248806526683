"""The bot at work on a sandbox Reddit, for somebody to watch."""
