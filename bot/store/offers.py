"""Which actions make sense for a job as it is now."""

from collections.abc import Collection
from datetime import datetime

from bot.domain.silence import Reason
from bot.store.actions import Action, refusal_to_retry
from bot.store.tables import Job


def refusal(job: Job, action: Action, moment: datetime) -> str | None:
    """Why that cannot be done to the job, as the end of a sentence about it; None when it can."""
    match action:
        case Action.RETRY:
            return refusal_to_retry(job)
        case Action.CANCEL:
            return "has ended" if job.finished_at or job.outcome or job.reply or job.removal else None
        case Action.DELETE:
            if job.reply is None:
                return "has no reply"
            return "is deleted already" if job.removal else None
        case Action.UNDELETE:
            waits = job.removal == "operator" and job.removed_at is None and job.removal_not_before is not None
            return None if waits and (job.removal_not_before or moment) > moment else "cannot be taken back any more"
        case Action.BLOCK | Action.UNBLOCK:
            return None if job.author else "has no known author"
        case Action.MUTE | Action.UNMUTE:
            return None if job.subreddit else "belongs to no subreddit"


def offers(job: Job, moment: datetime, user: Collection[Reason], place: Collection[Reason]) -> list[Action]:
    """The actions that a job's page offers. user, place: why its asker and its subreddit are not answered now."""
    blocked = Action.UNBLOCK if Reason.OPERATOR in user else Action.BLOCK
    muted = Action.UNMUTE if Reason.OPERATOR in place else Action.MUTE
    wanted = (Action.RETRY, Action.CANCEL, Action.DELETE, Action.UNDELETE, blocked, muted)
    return [action for action in wanted if refusal(job, action, moment) is None]
