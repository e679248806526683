"""Every way in which a job can end, by name.

An outcome is what the reply log shows and what metrics count. `group` says whether the asker was answered, whether
the bot decided not to answer, or whether something broke; `meaning` is the sentence an operator reads.
"""

from enum import Enum


class Group(Enum):
    """The three kinds of ending."""

    ANSWERED = "answered"
    SKIPPED = "skipped"
    FAILED = "failed"


class Outcome(Enum):
    """The named end of a job; the value is what is stored, logged and counted."""

    group: Group
    meaning: str

    def __new__(cls, name: str, group: Group, meaning: str) -> "Outcome":
        """Store the name as the value and hang group and meaning on the member."""
        member = object.__new__(cls)
        member._value_ = name
        member.group = group
        member.meaning = meaning
        return member

    @classmethod
    def named(cls, name: str) -> "Outcome":
        """The outcome of that stored name. Raises KeyError."""
        return {outcome.value: outcome for outcome in cls}[name]

    COLORIZED = ("colorized", Group.ANSWERED, "The coloured picture was posted as a reply.")

    # The thread or its author does not allow an answer.
    OWN_THING = ("own_thing", Group.SKIPPED, "The summons was written by the bot itself.")
    ASKED_BY_BOT = ("asked_by_bot", Group.SKIPPED, "The summons was written by a known bot.")
    NOT_SUMMONED = ("not_summoned", Group.SKIPPED, "The inbox item does not mention the bot.")
    DELETED = ("deleted", Group.SKIPPED, "The post or comment was deleted by its author.")
    REMOVED = ("removed", Group.SKIPPED, "The post or comment was removed by moderators or by Reddit.")
    LOCKED = ("locked", Group.SKIPPED, "Comments are locked there.")
    ARCHIVED = ("archived", Group.SKIPPED, "The thread is too old to reply to.")
    QUARANTINED = ("quarantined", Group.SKIPPED, "The subreddit is quarantined.")
    NSFW = ("nsfw", Group.SKIPPED, "The post or its subreddit is marked NSFW.")
    FORBIDDEN = ("forbidden", Group.SKIPPED, "Reddit forbids the bot to read or reply there (ban or private).")
    BLOCKED = ("blocked", Group.SKIPPED, "The author has blocked the bot or cannot be replied to.")
    NOT_ALLOWED = ("not_allowed", Group.SKIPPED, "The rules of the subreddit do not let the bot post this reply.")

    # There is nothing to colour.
    NO_PHOTO = ("no_photo", Group.SKIPPED, "No photo was found in the comment, above it, or in the post.")
    NO_SUCH_PHOTO = ("no_such_photo", Group.SKIPPED, "The asker named a photo number that the post does not have.")
    ALREADY_COLOUR = ("already_colour", Group.SKIPPED, "The photo is in colour already.")
    NOT_A_PHOTO = ("not_a_photo", Group.SKIPPED, "The picture is a drawing, chart, comic, text or screenshot.")

    # The photo could not be had.
    BAD_URL = ("bad_url", Group.SKIPPED, "The link is not a plain http or https address.")
    HOST_NOT_ALLOWED = ("host_not_allowed", Group.SKIPPED, "The link's host is not on the list of allowed hosts.")
    PRIVATE_ADDRESS = ("private_address", Group.SKIPPED, "The link leads to a private or local network address.")
    TOO_MANY_REDIRECTS = ("too_many_redirects", Group.SKIPPED, "The link redirects too often.")
    PHOTO_GONE = ("photo_gone", Group.SKIPPED, "The photo's host says that it is not there (any more).")
    PHOTO_UNREACHABLE = ("photo_unreachable", Group.FAILED, "The photo could not be downloaded, even after retries.")
    TOO_MANY_BYTES = ("too_many_bytes", Group.SKIPPED, "The file is larger than the byte limit.")
    TOO_MANY_PIXELS = ("too_many_pixels", Group.SKIPPED, "The picture has more pixels than the limit.")
    TOO_SMALL = ("too_small", Group.SKIPPED, "The picture is too small to colour.")
    NOT_AN_IMAGE = ("not_an_image", Group.SKIPPED, "The file is not a picture in a supported format.")
    BROKEN_IMAGE = ("broken_image", Group.SKIPPED, "The picture file is damaged.")

    # Something broke.
    REPLY_FAILED = ("reply_failed", Group.FAILED, "Reddit would not take the reply, even after retries.")
    FAILED = ("failed", Group.FAILED, "An unexpected error; the job's error column has the cause.")


class Refused(Exception):
    """Raised by a room below the pipeline when the job must end now with a named outcome.

    `detail` names the input and what was wrong with it, for the reply log.
    """

    def __init__(self, outcome: Outcome, detail: str) -> None:
        super().__init__(f"{outcome.value}: {detail}")
        self.outcome = outcome
        self.detail = detail


class RetryLater(Exception):
    """Raised when the same step may succeed later.

    `seconds` is the shortest wait that makes sense (None: the caller's back-off decides); `then` is the outcome
    when the job's patience has run out.
    """

    def __init__(self, reason: str, *, then: Outcome, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.then = then
        self.seconds = seconds
