"""The Reddit bot: listens, decides, colours with `colorizer`, answers and remembers."""
