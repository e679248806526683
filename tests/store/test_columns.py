from sqlalchemy import Engine, select, text, update
from sqlalchemy.orm import Session

from bot.domain.aftercare import Removal
from bot.domain.delivery import Delivery
from bot.domain.outcomes import Outcome
from bot.domain.reddit_types import Source
from bot.domain.stages import Stage
from bot.store import jobs
from bot.store.tables import Job


def put(engine: Engine) -> None:
    moment = jobs.now()
    job = Job(
        summons="t1_a",
        source=Source.MENTION,
        subreddit="pics",
        received_at=moment,
        not_before=moment,
        stage=Stage.FINISH,
        outcome=Outcome.NO_PHOTO,
        delivery=Delivery.MESSAGE,
        removal=Removal.SCORE,
    )
    with Session(engine) as session, session.begin():
        session.add(job)


def test_members_are_stored_as_their_values_and_come_back_as_members(engine: Engine) -> None:
    put(engine)
    with engine.connect() as connection:
        stored = connection.execute(text("SELECT source, stage, outcome, delivery, removal FROM jobs")).one()
    assert tuple(stored) == ("mention", "finish", "no_photo", "message", "score")
    with Session(engine) as session:
        job = session.scalars(select(Job).where(Job.outcome == Outcome.NO_PHOTO, Job.stage == "finish")).one()
    assert job.outcome is Outcome.NO_PHOTO
    assert (job.source, job.stage, job.delivery) == (Source.MENTION, Stage.FINISH, Delivery.MESSAGE)
    assert job.removal is Removal.SCORE


def test_a_value_of_a_newer_version_is_read_as_text(engine: Engine) -> None:
    put(engine)
    with Session(engine) as session, session.begin():
        session.execute(update(Job).values(outcome="struck_by_lightning", removal=None))
    with Session(engine) as session:
        job = session.scalars(select(Job)).one()
    assert (job.outcome, job.removal) == ("struck_by_lightning", None)
