"""The exit statuses of `colorizer colorize`."""

from enum import IntEnum


class Status(IntEnum):
    """An exit status and what it means."""

    meaning: str

    def __new__(cls, number: int, meaning: str) -> "Status":
        """Hang the meaning on the member."""
        member = int.__new__(cls, number)
        member._value_ = number
        member.meaning = meaning
        return member

    DONE = (0, "Every photo was coloured, was coloured by an earlier run, or was left out for a reason that was said.")
    SOME_FAILED = (1, "At least one file could not be used; each is named with the reason, the others are done.")
    WRONG_USE = (2, "The arguments cannot be used, and nothing was begun.")
