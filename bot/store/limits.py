"""How many answers there were lately."""

from datetime import timedelta

from sqlalchemy import Engine, and_, case, func, or_, select

from bot.domain.limits import Counts
from bot.domain.outcomes import Group, Outcome
from bot.domain.stages import Stage
from bot.store.jobs import now
from bot.store.tables import Job

DAY = timedelta(hours=24)

_ANSWERED = Outcome.names(Group.ANSWERED)
_MAKING = [stage for stage in Stage if stage is not Stage.LOCATE]


def counts(engine: Engine, job: Job) -> Counts:
    """Answers given, and being made, to other summonses by the same person, in the same thread, subreddit and in all.

    Words are an answer too: whoever gets no picture is told why, and that must end somewhere. A message in private
    leaves the thread alone that it is about.
    Two jobs that are counted at the same moment do not see each other, so with several workers a limit can be passed
    by as many.
    """
    given = or_(func.coalesce(Job.outcome, Job.stage).in_([*_ANSWERED, *_MAKING]), Job.reply.is_not(None))
    answered = (Job.id != job.id, given)
    lately = select(
        func.count(),
        func.count(case((Job.author == job.author, 1))),
        func.count(case((Job.subreddit == job.subreddit, 1))),
        func.count(case((and_(Job.author == job.author, Job.subreddit == job.subreddit), 1))),
    ).where(*answered, Job.received_at > now() - DAY)
    thread = select(func.count()).where(*answered, Job.post == job.post, Job.delivery == "comment")
    with engine.connect() as connection:
        in_all, by_user, in_subreddit, here = connection.execute(lately).one()
        in_thread = connection.scalar(thread) or 0
    return Counts(
        by_user=by_user if job.author else 0,
        in_thread=in_thread if job.post else 0,
        in_subreddit=in_subreddit if job.subreddit else 0,
        in_all=in_all,
        by_user_here=here if job.author and job.subreddit else 0,
    )
