"""The Reddit bot: listens, decides, colours with `colorizer`, answers and remembers."""

__version__ = "0.1.0"
