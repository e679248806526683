"""What the bot remembers: summonses, jobs, steps and results."""
