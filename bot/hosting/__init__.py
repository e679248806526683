"""Places that keep result pictures and can delete them again."""
