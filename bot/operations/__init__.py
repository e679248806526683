"""What an operator does besides running the bot: checking, watching, backing up, forgetting."""
