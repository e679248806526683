"""The bot's own pages: reply log, hosted pictures, health and metrics."""
