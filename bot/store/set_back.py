"""Times of open jobs that lie in the future because the clock was set back."""

from datetime import timedelta

from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import Session

from bot.store.clock import present
from bot.store.jobs import LEASE
from bot.store.tables import Job


def set_back(engine: Engine, by: timedelta) -> int:
    """Set the times of open jobs back as the clock was; returns how many jobs that concerned.

    When an answer was sent is by Reddit's clock and stays. A job that was put off after the clock was set may come too
    early once, which does no harm: it is put off again.
    """
    with Session(engine) as session, session.begin():
        moment = present(session)
        claimed = Job.claimed_until > moment + LEASE
        future = or_(Job.not_before > moment, claimed)
        found = session.scalars(select(Job).where(Job.finished_at.is_(None), future)).all()
        for job in found:
            if job.not_before > moment:
                job.not_before = max(moment, job.not_before - by)
            if job.claimed_until is not None and job.claimed_until > moment + LEASE:
                job.claimed_until = moment + LEASE
    return len(found)
