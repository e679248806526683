"""Work that is done from time to time and belongs to no single job: one file each, with a function `run`."""
