"""Posting the bot's reply, once."""

from dataclasses import dataclass

from bot.domain.outcomes import Outcome, RetryLater
from bot.domain.things import Thread
from bot.reddit.client import Reddit
from bot.reddit.errors import translated
from bot.reddit.listings import comments_by


@dataclass(frozen=True, slots=True)
class Reply:
    """The bot's comment."""

    fullname: str
    permalink: str


def find_own_reply(
    reddit: Reddit, thread: Thread, *, parent: str, bot_name: str, thorough: bool = False
) -> Reply | None:
    """The bot's own reply to `parent`, if there is one.

    This is what keeps a crash between the POST and the COMMIT from ending in two replies. Where the thread is too
    long for Reddit to show it whole, or when a POST may have been made before (`thorough`), the bot's own newest
    comments are asked as well.
    """
    sure = thread.complete and not thorough
    found = thread.replies if sure else (*thread.replies, *comments_by(reddit, bot_name))
    for comment in found:
        if comment.parent == parent and comment.author and comment.author.lower() == bot_name.lower():
            return Reply(comment.fullname, comment.permalink)
    return None


def post_reply(reddit: Reddit, *, parent: str, text: str) -> Reply:
    """Post a comment under a post (t3) or comment (t1).

    Raises RetryLater also when it is not known whether Reddit took it: look with `find_own_reply` before trying again.
    """
    thing_id = parent[3:]
    target = reddit.comment(thing_id) if parent.startswith("t1_") else reddit.submission(thing_id)
    with translated(f"reply to {parent}", then=Outcome.REPLY_FAILED):
        comment = target.reply(text)
    if comment is None:
        raise RetryLater(f"reply to {parent}: Reddit gave no comment back", then=Outcome.REPLY_FAILED)
    return Reply(f"t1_{comment.id}", str(vars(comment).get("permalink") or ""))
