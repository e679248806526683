"""The bot's one modmail conversation with the moderators of each subreddit: what it tells them, what they answer."""

from datetime import UTC, datetime

import structlog

from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused
from bot.periodic.guard import guarded
from bot.reddit import modmail
from bot.reddit.client import Reddit
from bot.store import moderator_answers, notes, subreddits
from bot.store.database import Engine
from bot.store.operator_tables import ModeratorAnswer
from bot.store.subreddit_tables import Subreddit

READ_TO = "moderators_read_to"
"""The note that holds the time of the newest change that was looked at, by Reddit's clock, as ISO 8601."""

log = structlog.get_logger("bot.periodic.moderator_mail")


def tell(
    engine: Engine,
    reddit: Reddit,
    row: Subreddit,
    bot_name: str,
    text: str,
    *,
    mark: str,
    since: datetime | None = None,
    from_outside: bool = True,
) -> bool:
    """Tell the moderators something, once, in the bot's conversation with them.

    Where they cannot be told, that is logged, and False is returned.

    mark: a part of `text`; where the bot wrote it there before, it is not written again.
    since: letters from before do not count.
    from_outside: a bot that may not use modmail writes as anybody can, which opens a conversation each time.
    """
    subject = f"u/{bot_name} in this subreddit"
    try:
        try:
            where = _write(reddit, row, bot_name, subject, text, mark, since or datetime.fromtimestamp(0, UTC))
        except Refused:
            if not from_outside:
                raise
            modmail.write_from_outside(reddit, row.name, subject, text)
        else:
            if where != row.conversation:
                subreddits.change(engine, row.name, conversation=where)
                row.conversation = where
    except Refused as refused:
        log.warning("modmail_refused", subreddit=row.name, reason=str(refused))
        return False
    return True


def _write(reddit: Reddit, row: Subreddit, bot_name: str, subject: str, text: str, mark: str, since: datetime) -> str:
    """Write it where it is missing; returns the conversation's id."""
    where = row.conversation or modmail.find(reddit, row.name, subject)
    before: list[modmail.Letter] = []
    if where is not None:
        try:
            before = modmail.letters(reddit, where)
        except Refused as refused:
            if refused.outcome is not Outcome.DELETED:
                raise
            where = None
    if where is None:
        return modmail.begin(reddit, row.name, subject, text)
    mine = (one for one in before if one.author.lower() == bot_name.lower())
    if not any(mark in one.text and one.sent >= since.replace(microsecond=0) for one in mine):
        modmail.answer(reddit, row.name, where, text)
    return where


def run(engine: Engine, reddit: Reddit, *, bot_name: str) -> int:
    """Store what moderators answered since the last run; returns how many answers are new.

    One request, and one more for each conversation in which somebody wrote.
    """
    names = {row.conversation: row.name for row in subreddits.joined(engine) if row.conversation}
    if not names:
        return 0
    noted = notes.moment(engine, READ_TO) or datetime.fromtimestamp(0, UTC)
    try:
        written = modmail.changed(reddit)
    except Refused as refused:
        log.warning("modmail_unread", reason=str(refused))
        return 0
    new, failed = 0, False
    for conversation in [one for one, when in written.items() if one in names and when >= noted]:
        with guarded(log, "subreddit_failed", subreddit=names[conversation]) as attempt:
            new += _take(engine, reddit, names[conversation], conversation, bot_name, noted)
        failed = failed or attempt.failed
    if written and not failed:
        notes.write(engine, READ_TO, max(written.values()).isoformat())
    return new


def _take(engine: Engine, reddit: Reddit, subreddit: str, conversation: str, bot_name: str, since: datetime) -> int:
    """Store the answers in one conversation that are not stored yet."""
    new = 0
    for letter in modmail.letters(reddit, conversation):
        if letter.author.lower() == bot_name.lower() or letter.sent < since:
            continue
        answer = ModeratorAnswer(
            id=letter.id, subreddit=subreddit, author=letter.author[:50], body=letter.text, sent_at=letter.sent
        )
        if moderator_answers.keep(engine, answer):
            log.info("moderators_answered", subreddit=subreddit, conversation=conversation)
            new += 1
    return new
