"""What happened in a subreddit in a time, for the letter to its moderators."""

from datetime import datetime

from sqlalchemy import Engine, func, select

from bot.domain.outcomes import Outcome
from bot.domain.weekly_report import WeekOfSubreddit
from bot.store.tables import Job


def week_of_subreddit(engine: Engine, subreddit: str, begin: datetime, end: datetime) -> WeekOfSubreddit:
    """Endings of jobs that were received from `begin` to before `end`, and removals in that time."""
    here = func.lower(Job.subreddit) == subreddit.lower()
    received = (here, Job.outcome.is_not(None), Job.received_at >= begin, Job.received_at < end)
    endings = select(Job.outcome, Job.source, func.count()).where(*received).group_by(Job.outcome, Job.source)
    gone = (here, Job.removal.is_not(None), Job.removal_at >= begin, Job.removal_at < end)
    removals = select(Job.removal, func.count()).where(*gone).group_by(Job.removal)
    with engine.connect() as connection:
        return WeekOfSubreddit(
            {(row[0], row[1]): int(row[2]) for row in connection.execute(endings) if isinstance(row[0], Outcome)},
            {row[0]: int(row[1]) for row in connection.execute(removals) if row[0]},
        )
