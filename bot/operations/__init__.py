"""What an operator does beside running the bot: checking, watching, backing up, forgetting."""
