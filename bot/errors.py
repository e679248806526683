"""The one error that every command turns into a line for the operator. Imports nothing, so that `--help` is fast."""


class SettingsError(ValueError):
    """A setting or an argument is missing or wrong; the message says which one and what to set."""
