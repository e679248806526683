"""Workers that die or lose their job: a reply is given once all the same."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.demo.posts import BOT
from bot.domain.outcomes import Outcome
from bot.domain.stages import Stage
from bot.store import jobs
from bot.store.tables import Job
from tests.pipeline.endings import ended


def test_a_job_that_kills_its_worker_is_given_up(world, asked, bot):
    with bot() as running:
        running.poll()
        assert jobs.claim(running.engine, "demo") is not None
        let_die(running, 8)
        (job,) = ended(running)
        assert job.outcome is Outcome.FAILED
        assert "died 8 times" in job.detail


def let_die(running, times):
    """The worker dies so often in the step that comes next."""
    for _ in range(times - 1):
        jobs.release(running.engine, "demo", died=True)
        assert jobs.claim(running.engine, "demo") is not None
    jobs.release(running.engine, "demo", died=True)


def test_a_reply_that_stands_is_adopted_however_often_its_worker_died(world, asked, bot):
    with bot(work={"retry_seconds": 0.05}) as running:
        running.poll()
        running.work_on(jobs.claim(running.engine, "demo"), until=lambda job: job.stage is Stage.REPLY)
        standing = world.comment(asked.fullname, BOT, "The photo in colour")
        let_die(running, 3)
        (job,) = ended(running)
        assert (job.outcome, job.reply) == (Outcome.COLORIZED, standing.fullname)
        assert world.replies_by(BOT) == [standing]
        assert len(list(running.host.folder.glob("*.jpg"))) == 2


def test_a_reply_whose_worker_died_often_is_given_all_the_same(world, asked, bot):
    with bot(work={"retry_seconds": 0.01}) as running:
        running.poll()
        running.work_on(jobs.claim(running.engine, "demo"), until=lambda job: job.stage is Stage.REPLY)
        let_die(running, 7)
        (job,) = ended(running)
        assert (job.outcome, [reply.parent for reply in world.replies_by(BOT)]) == (Outcome.COLORIZED, [asked.fullname])


def test_an_overdue_reply_that_kills_its_worker_is_not_posted_again(world, asked, bot):
    with bot(work={"retry_seconds": 0.05, "patience_hours": 0.1 / 3600}) as running:
        running.poll()
        running.work_on(jobs.claim(running.engine, "demo"), until=lambda job: job.stage is Stage.REPLY)
        let_die(running, 3)
        (job,) = ended(running)
        assert job.outcome is Outcome.FAILED
        assert "died 3 times" in job.detail
        assert world.replies_by(BOT) == []


def test_a_reply_that_the_database_did_not_take_is_adopted_within_seconds(world, asked, bot):
    refuse = "BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    full = f"CREATE TRIGGER full BEFORE INSERT ON steps WHEN NEW.stage = 'reply' {refuse}"
    with bot(work={"retry_seconds": 0.05}) as running:
        running.poll()
        with running.engine.begin() as connection:
            connection.exec_driver_sql(full)
        assert not running.work()
        (reply,) = world.replies_by(BOT)
        with running.engine.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER full")
        (job,) = ended(running)
        assert (job.outcome, job.reply) == (Outcome.COLORIZED, reply.fullname)
        assert world.replies_by(BOT) == [reply]


def test_a_worker_that_lost_its_job_does_not_post(world, asked, bot):
    with bot() as running:
        running.poll()
        job = jobs.claim(running.engine, "demo")
        running.work_on(job, until=lambda job: job.stage is Stage.REPLY)
        with Session(running.engine) as session, session.begin():
            session.execute(update(Job).values(claimed_by="somebody else"))
        running.work_on(job)
        assert world.replies_by(BOT) == []
