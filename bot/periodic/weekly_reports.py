"""Once a week, a letter to the moderators who want one: what was answered in their subreddit, what was not, and why."""

from collections.abc import Callable
from datetime import datetime

import structlog

from bot.domain.weekly_report import WEEK, heading, week_of, weekly_report
from bot.periodic.guard import guarded
from bot.periodic.moderator_mail import tell
from bot.reddit.client import Reddit
from bot.store import subreddits, weeks
from bot.store.database import Engine
from bot.store.jobs import now
from bot.store.subreddit_tables import Subreddit

log = structlog.get_logger("bot.periodic.weekly_reports")


def run(engine: Engine, reddit: Reddit, *, bot_name: str, clock: Callable[[], datetime] = now) -> int:
    """Send each letter that is due; returns how many were.

    A letter is due from Monday, 00:00 UTC, and speaks of the week before. Who begins to want letters gets the first
    at the end of that week; after weeks in which the bot did not run only the last week is told.
    clock: the present time, in UTC.
    """
    sent, week = 0, week_of(clock())
    for row in subreddits.joined(engine):
        wanted = subreddits.rules_in(row).weekly_report
        if not wanted or row.reported_to is None:
            reached = week if wanted else None
            if row.reported_to != reached:
                subreddits.change(engine, row.name, reported_to=reached)
        elif row.reported_to < week:
            with guarded(log, "subreddit_failed", subreddit=row.name):
                sent += _send(engine, reddit, row, bot_name, week - WEEK)
                subreddits.change(engine, row.name, reported_to=week)
    return sent


def _send(engine: Engine, reddit: Reddit, row: Subreddit, bot_name: str, begin: datetime) -> bool:
    """Send the letter, unless the conversation has it: the bot may have died before it noted that it was sent."""
    text = weekly_report(begin, weeks.week_of_subreddit(engine, row.name, begin, begin + WEEK))
    if not tell(engine, reddit, row, bot_name, text, mark=heading(begin), from_outside=False):
        return False
    log.info("weekly_report_sent", subreddit=row.name, week=f"{begin:%Y-%m-%d}")
    return True
