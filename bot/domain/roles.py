"""What operators may do."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody who is logged in may do."""

    READ = "read"
    ACT = "act"
