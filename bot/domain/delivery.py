"""Where an answer goes."""

from enum import StrEnum


class Delivery(StrEnum):
    """The place of an answer; the value is what is stored."""

    COMMENT = "comment"  # under the summons
    MESSAGE = "message"  # to the asker, in private
    THREAD = "thread"  # as a comment in the bot's own thread
    EDIT = "edit"  # in an answer that was given before
    PAGE = "page"  # on a result page alone
