"""What a picture is to the bot."""

from enum import StrEnum


class Verdict(StrEnum):
    """What the detector says of a picture; the value is what is stored and logged."""

    GREY = "grey"
    TINTED = "tinted"
    COLOUR = "colour"
    NOT_A_PHOTO = "not_a_photo"
