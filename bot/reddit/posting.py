"""Posting the bot's reply, once: under a post or comment, as a message, or in the bot's own thread."""

from dataclasses import dataclass
from typing import Any

from bot.domain.outcomes import Outcome
from bot.domain.reddit_types import Comment, Thread
from bot.domain.refusals import Uncertain
from bot.reddit.client import Reddit
from bot.reddit.errors import translated
from bot.reddit.listings import comments_by


@dataclass(frozen=True, slots=True)
class Reply:
    """The bot's comment or message; a message that Reddit gave no id for has an empty fullname.

    body: the words of a comment that was found.
    """

    fullname: str
    permalink: str
    body: str = ""


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
        if comment.parent == parent and _is_own(comment, bot_name):
            return Reply(comment.fullname, comment.permalink, comment.body)
    return None


def find_in_own_thread(reddit: Reddit, *, thread: str, naming: str, bot_name: str) -> Reply | None:
    """The bot's newest comment directly under a post of its own that holds the text `naming`."""
    for comment in comments_by(reddit, bot_name):
        if comment.parent == thread and naming in comment.body and _is_own(comment, bot_name):
            return Reply(comment.fullname, comment.permalink)
    return None


def find_sent(reddit: Reddit, *, subject: str = "", parent: str = "") -> Reply | None:
    """A message that the bot has sent, by its whole subject or by the message that it answers."""
    with translated("read the sent messages"):
        answer: Any = reddit.request(method="GET", path="message/sent", params={"limit": 100})
    for child in answer["data"]["children"]:
        data = child["data"]
        if (subject and data.get("subject") == subject) or (parent and data.get("parent_id") == parent):
            return Reply(data["name"], "")
    return None


def post_reply(reddit: Reddit, *, parent: str, text: str) -> Reply:
    """Post a comment under a post (t3) or comment (t1), or an answer to a message (t4).

    Raises Uncertain when it is not known whether Reddit took it: look for it before trying again.
    """
    with translated(f"reply to {parent}", then=Outcome.REPLY_FAILED, commenting=True):
        # Not through an object of the parent: PRAW would fetch a message first.
        made: Any = reddit.post("api/comment/", data={"thing_id": parent, "text": text})
    if not made:
        raise Uncertain(f"reply to {parent}: Reddit gave nothing back", then=Outcome.REPLY_FAILED)
    kind = "t4" if parent.startswith("t4_") else "t1"
    return Reply(f"{kind}_{made[0].id}", str(vars(made[0]).get("permalink") or ""))


def edit_reply(reddit: Reddit, fullname: str, text: str) -> None:
    """Put other words into the bot's own comment; done twice it stays the same. Raises Refused or RetryLater."""
    with translated(f"edit {fullname}", then=Outcome.REPLY_FAILED):
        reddit.post("api/editusertext/", data={"thing_id": fullname, "text": text})


def send_message(reddit: Reddit, *, to: str, subject: str, text: str) -> Reply:
    """Send a message to a redditor; Reddit does not say which id it got."""
    with translated(f"send a message to u/{to}", then=Outcome.REPLY_FAILED):
        reddit.redditor(to).message(subject=subject, message=text)
    return Reply("", "")


def apply_moderation(reddit: Reddit, fullname: str, *, distinguish: bool, sticky: bool, lock: bool) -> None:
    """As a moderator: mark the bot's own comment, put it on top, close it; done twice it stays the same."""
    comment = reddit.comment(fullname.removeprefix("t1_"))
    with translated(f"mark {fullname} as a moderator's"):
        if distinguish or sticky:
            comment.mod.distinguish(sticky=sticky)
        if lock:
            comment.mod.lock()


def _is_own(comment: Comment, bot_name: str) -> bool:
    return bool(comment.author) and str(comment.author).lower() == bot_name.lower()
