"""Every way in which a job can end, by name.

An outcome is what the reply log shows and what metrics count. `group` says whether the asker was answered, whether
the bot decided not to answer, or whether something broke; `meaning` is the sentence an operator reads.
"""

from enum import StrEnum


class Group(StrEnum):
    """The three kinds of ending."""

    ANSWERED = "answered"
    SKIPPED = "skipped"
    FAILED = "failed"


class Outcome(StrEnum):
    """The named end of a job; the value is what is stored, logged and counted."""

    group: Group
    meaning: str

    def __new__(cls, name: str, group: Group, meaning: str) -> "Outcome":
        """The name is the value; `group` and `meaning` are attributes of the member."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.group = group
        member.meaning = meaning
        return member

    @classmethod
    def named(cls, name: str) -> "Outcome":
        """The outcome of that stored name. Raises KeyError."""
        return {outcome.value: outcome for outcome in cls}[name]

    @classmethod
    def names(cls, group: Group) -> list[str]:
        """The stored names of a group, for queries."""
        return [outcome.value for outcome in cls if outcome.group is group]

    COLORIZED = ("colorized", Group.ANSWERED, "The coloured picture was posted as a reply.")
    GIVEN_AGAIN = (
        "given_again",
        Group.ANSWERED,
        "The same photo had been coloured before; its result was given at once.",
    )
    DELETED_REPLY = ("deleted_reply", Group.ANSWERED, "The asker or the post's author had a reply deleted.")
    STOPPED = ("stopped", Group.ANSWERED, "The asker told the bot never to answer them.")
    STARTED = ("started", Group.ANSWERED, "The asker took their `stop` back.")
    HELPED = ("helped", Group.ANSWERED, "The asker was told the words that the bot understands.")
    LINKED = ("linked", Group.ANSWERED, "The asker was given a link to correct the colours with.")
    REVISED = ("revised", Group.ANSWERED, "Asker or post's author corrected the colours; the bot's reply shows them.")
    PUBLISHED = ("published", Group.ANSWERED, "A visitor corrected the colours; they got a result page of their own.")
    DRY_RUN = ("dry_run", Group.SKIPPED, "A dry run: the reply was written to the log instead of Reddit.")

    # The thread or its author does not allow an answer.
    OWN_THING = ("own_thing", Group.SKIPPED, "The summons was written by the bot itself.")
    ASKED_BY_BOT = ("asked_by_bot", Group.SKIPPED, "The summons was written by a known bot.")
    NOT_SUMMONED = ("not_summoned", Group.SKIPPED, "The inbox item does not mention the bot.")
    WITHDRAWN = ("withdrawn", Group.SKIPPED, "The asker took the words back before they were answered.")
    UNCLEAR = ("unclear", Group.SKIPPED, "The words may have been a command or thanks, so no picture was made of them.")
    DELETED = ("deleted", Group.SKIPPED, "The post or comment was deleted by its author.")
    REMOVED = ("removed", Group.SKIPPED, "The post or comment was removed by moderators or by Reddit.")
    LOCKED = ("locked", Group.SKIPPED, "Comments are locked there.")
    ARCHIVED = ("archived", Group.SKIPPED, "The thread is too old to reply to.")
    QUARANTINED = ("quarantined", Group.SKIPPED, "The subreddit is quarantined.")
    NSFW = ("nsfw", Group.SKIPPED, "The post or its subreddit is marked NSFW.")
    FORBIDDEN = ("forbidden", Group.SKIPPED, "Reddit forbids the bot to read or reply there (ban or private).")
    BLOCKED = ("blocked", Group.SKIPPED, "The author has blocked the bot or cannot be replied to.")
    NOT_ALLOWED = ("not_allowed", Group.SKIPPED, "The rules of the subreddit do not let the bot post this reply.")

    OPTED_OUT = ("opted_out", Group.SKIPPED, "The asker or the post's author has told the bot to stop.")
    SILENCED = ("silenced", Group.SKIPPED, "An operator has blocked the asker, the post's author or the subreddit.")
    CANCELLED = ("cancelled", Group.SKIPPED, "An operator cancelled the job before it was answered.")
    KEPT_OUT = ("kept_out", Group.SKIPPED, "The subreddit banned, muted or shut out the bot a while ago.")
    TURNED_OFF = ("turned_off", Group.SKIPPED, "The subreddit's settings page turns the bot off for this.")
    RESTING = ("resting", Group.SKIPPED, "The subreddit's settings page has quiet hours now, or a pause.")
    FLAIR = ("flair", Group.SKIPPED, "The subreddit's settings page leaves posts of that flair out.")
    IGNORED_AUTHOR = ("ignored_author", Group.SKIPPED, "The subreddit's settings page ignores that author.")
    ANSWERED_THERE = ("answered_there", Group.SKIPPED, "Somebody asked for this post's photo before it was scanned.")
    USER_LIMIT = ("user_limit", Group.SKIPPED, "The asker had as many answers as one person gets in a day.")
    THREAD_LIMIT = ("thread_limit", Group.SKIPPED, "The thread had as many answers as one thread gets.")
    SUBREDDIT_LIMIT = ("subreddit_limit", Group.SKIPPED, "The subreddit had as many answers as it gets in a day.")
    DAY_LIMIT = ("day_limit", Group.SKIPPED, "The bot gave as many answers as it gives in a day.")
    NOT_YOURS = (
        "not_yours",
        Group.SKIPPED,
        "Only the asker, the post's author and moderators may have a reply deleted.",
    )
    TOO_LATE = ("too_late", Group.SKIPPED, "The answer whose colours were to be corrected is gone or forgotten.")
    NOTHING_TO_DELETE = ("nothing_to_delete", Group.SKIPPED, "There is no reply of the bot that could be deleted.")

    # There is nothing to colour.
    NO_PHOTO = ("no_photo", Group.SKIPPED, "No photo was found in the comment, above it, or in the post.")
    PICTURE_PAGE = ("picture_page", Group.SKIPPED, "The link leads to a page around a picture, not to its file.")
    NO_SUCH_PHOTO = ("no_such_photo", Group.SKIPPED, "The asker named a photo number that the post does not have.")
    ALREADY_COLOUR = ("already_colour", Group.SKIPPED, "The photo is in colour already.")
    NO_FILMS = ("no_films", Group.SKIPPED, "It is a film, and this bot is not set up to colour films.")
    UNSAFE = ("unsafe", Group.SKIPPED, "The picture guard takes the photo for NSFW, which is not welcome there.")
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
    TOO_COSTLY = ("too_costly", Group.SKIPPED, "Decoding the picture took more time or memory than its size allows.")
    CODEC_CRASHED = (
        "codec_crashed",
        Group.SKIPPED,
        "The picture made its decoder crash; perhaps an attack.",
    )

    FILM_TOO_LONG = ("film_too_long", Group.SKIPPED, "The film lasts longer than the limit.")
    FILM_TOO_LARGE = ("film_too_large", Group.SKIPPED, "The film's frames have more pixels than the limit.")
    NOT_A_FILM = ("not_a_film", Group.SKIPPED, "The file is not a film in a supported format.")
    BROKEN_FILM = ("broken_film", Group.SKIPPED, "No frame of the film can be read.")
    FILM_TOO_COSTLY = (
        "film_too_costly",
        Group.SKIPPED,
        "Colouring the film took more time, memory or space than allowed.",
    )
    FILM_CRASHED = ("film_crashed", Group.SKIPPED, "The film made its decoder crash; perhaps an attack.")

    # Something broke.
    HOST_FAILED = ("host_failed", Group.FAILED, "No host would keep the picture, even after retries.")
    REPLY_FAILED = ("reply_failed", Group.FAILED, "Reddit would not take the reply, even after retries.")
    FAILED = ("failed", Group.FAILED, "An unexpected error; the job's error column has the cause.")
