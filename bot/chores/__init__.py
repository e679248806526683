"""Periodic work that belongs to no single job: one file each, each with one function that does one round."""
