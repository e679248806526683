"""Training: data, losses, loop, recipes."""
