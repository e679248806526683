"""How many answers there were lately."""

from datetime import timedelta

from sqlalchemy import Engine, and_, bindparam, case, func, or_, select

from bot.domain.limits import Counts
from bot.domain.outcomes import Group, Outcome
from bot.domain.stages import Stage
from bot.store.jobs import now
from bot.store.tables import Job

DAY = timedelta(hours=24)

_ANSWERED = Outcome.names(Group.ANSWERED)
_MAKING = [stage for stage in Stage if stage is not Stage.LOCATE]

# Asked for every summons, so built once.
_ANSWERS = (
    Job.id != bindparam("job"),
    or_(func.coalesce(Job.outcome, Job.stage).in_([*_ANSWERED, *_MAKING]), Job.reply.is_not(None)),
)
_BY_USER, _HERE = Job.author == bindparam("author"), Job.subreddit == bindparam("subreddit")
_LATELY = select(
    func.count(),
    func.count(case((_BY_USER, 1))),
    func.count(case((_HERE, 1))),
    func.count(case((and_(_BY_USER, _HERE), 1))),
).where(*_ANSWERS, Job.received_at > bindparam("since"))
_IN_THREAD = select(func.count()).where(*_ANSWERS, Job.post == bindparam("post"), Job.delivery == "comment")


def counts(engine: Engine, job: Job) -> Counts:
    """Answers given, and being made, to other summonses by the same person, in the same thread, subreddit and in all.

    Words are an answer too: whoever gets no picture is told why, and that must end somewhere. A message in private
    leaves the thread alone that it is about.
    Two jobs that are counted at the same moment do not see each other, so with several workers a limit can be passed
    by as many.
    """
    about = {"job": job.id, "author": job.author, "subreddit": job.subreddit}
    with engine.connect() as connection:
        in_all, by_user, in_subreddit, here = connection.execute(_LATELY, {**about, "since": now() - DAY}).one()
        in_thread = connection.scalar(_IN_THREAD, {"job": job.id, "post": job.post}) or 0
    return Counts(
        by_user=by_user if job.author else 0,
        in_thread=in_thread if job.post else 0,
        in_subreddit=in_subreddit if job.subreddit else 0,
        in_all=in_all,
        by_user_here=here if job.author and job.subreddit else 0,
    )
