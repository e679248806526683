"""The steps of a job, one file each, and what runs them."""
