"""What Reddit itself writes into the bot's inbox: invitations to moderate, bans and mutes.

Such a message has no author and comes from the subreddit that it names, so nobody can write one about another place.
"""

import re

from bot.domain.reddit_types import Source, Summons
from bot.domain.silence import Reason

_INVITATION = re.compile(r"invitation to moderate /?r/(\w+)", re.IGNORECASE)
_SHUT_OUT = {
    Reason.BANNED: re.compile(r"you.ve been (?:\w+ly )?banned from participating in /?r/(\w+)", re.IGNORECASE),
    Reason.MUTED: re.compile(r"you have been (?:\w+ly )?muted from /?r/(\w+)", re.IGNORECASE),
}


def invited_by(summons: Summons) -> str | None:
    """The subreddit whose moderators invite the bot, or None when the inbox item is something else."""
    return _named(_INVITATION, summons)


def shut_out_by(summons: Summons) -> tuple[str, Reason] | None:
    """The subreddit that has banned or muted the bot, and which of the two; None for any other inbox item."""
    for reason, pattern in _SHUT_OUT.items():
        if subreddit := _named(pattern, summons):
            return subreddit, reason
    return None


def _named(pattern: re.Pattern[str], summons: Summons) -> str | None:
    """The subreddit in the subject, if the message comes from there."""
    if summons.source is not Source.MESSAGE or summons.author is not None:
        return None
    match = pattern.fullmatch(summons.title.strip())
    return match[1] if match and match[1].lower() == summons.subreddit.lower() else None
