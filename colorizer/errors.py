"""The base of every error that this library raises on purpose."""


class ColorizerError(Exception):
    """Something that the caller can correct; the message says what is wrong and what to do."""


class InputError(ColorizerError, ValueError):
    """An argument, a file or a combination of them that cannot be used; the message names it."""


class MissingPackage(ColorizerError, ImportError):
    """A package is needed that is not installed; the message says how to install it."""
