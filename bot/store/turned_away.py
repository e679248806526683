"""Comments that Reddit would not take and did not say why: of one thread, or a sign of a ban.

Only the jobs are remembered. What is known of them is forgotten with them, so a sign counts for as long as a job does.
"""

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.store import notes
from bot.store.tables import Job

NOTE = "turned_away"

_JOBS, _PLACES = 10, 500
"""How many are remembered, of one subreddit and of how many."""


def again_elsewhere(engine: Engine, job: Job) -> bool:
    """Remember it of this job; whether it happened before to another person in another thread of the subreddit."""
    noted: dict[str, list[int]] = notes.read(engine, NOTE) or {}
    place = job.subreddit.lower()
    before = noted.pop(place, [])
    kept = list(noted.items())[-_PLACES:]
    notes.write(engine, NOTE, dict([*kept, (place, [*before, job.id][-_JOBS:])]))
    known = select(Job.author, Job.post).where(Job.id.in_(before), Job.id != job.id, Job.author.is_not(None))
    with Session(engine) as session:
        others = session.execute(known).all()
    return any(post != job.post and (author or "").lower() != (job.author or "").lower() for author, post in others)
