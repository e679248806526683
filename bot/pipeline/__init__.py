"""The steps of a job, one file each, and the walk through them."""
