"""People's own files: which pictures are meant, what their results are called, and one after the other coloured."""
