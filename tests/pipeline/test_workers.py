"""Several workers in one process."""

import threading
from contextlib import ExitStack
from datetime import timedelta

from skimage import data as samples
from sqlalchemy import update

from bot.app.claims import Claims
from bot.demo.posts import BOT
from bot.domain.health import MAX_STEP
from bot.domain.outcomes import Outcome
from bot.domain.reddit_types import Source
from bot.domain.stages import Stage
from bot.store import jobs
from bot.store.heartbeats import Pulses
from bot.store.reply_log import latest_jobs
from bot.store.tables import Job
from tests.patience import PATIENCE
from tests.pictures import jpeg


class Until:
    """Watches steps, and stops the bot when so many jobs are finished. meanwhile: is called after each step."""

    def __init__(self, finished, meanwhile=lambda _job, _step: None):
        self._finished = finished
        self._meanwhile = meanwhile
        self.done = []
        self.bot = None

    def __call__(self, job, step):
        self._meanwhile(job, step)
        if job.finished_at is not None:
            self.done.append(job.summons)
            if len(self.done) == self._finished:
                self.bot.stop()

    def run(self, bot):
        """Run as `colorizebot run` does."""
        self.bot = bot
        bot.run()


def test_several_workers_answer_each_summons_once(bot, world):
    photos = [jpeg(samples.camera()[40 * i :, 40 * i :]) for i in range(4)]  # one would do for another
    posts = [world.post_image("AskForColour", f"author{i}", "Attic", photos[i], "image/jpeg") for i in range(4)]
    asked = [world.comment(post.fullname, f"asker{i}", f"u/{BOT}") for i, post in enumerate(posts * 2)]
    until = Until(len(asked))
    with bot(work={"workers": 4}, observer=until) as running:
        until.run(running)
        outcomes = sorted(job.outcome for job in latest_jobs(running.engine))
        assert outcomes == [Outcome.COLORIZED] * 4 + [Outcome.GIVEN_AGAIN] * 4, "one post is coloured once"
        states = {pulse.name: pulse.state for pulse in Pulses(running.engine).read() if pulse.role == "worker"}
    assert {states.pop(f"demo/{number}") for number in (2, 3, 4)} == {"stopped"}
    assert states.keys() == {"demo"}
    assert sorted(reply.parent for reply in world.replies_by(BOT)) == sorted(comment.fullname for comment in asked)


def test_a_job_that_waits_keeps_no_other_waiting(bot, world, photo):
    slow, quick = (world.post_image("AskForColour", "max", name, photo, "image/jpeg") for name in ("slow", "quick"))
    waiting = world.comment(slow.fullname, "ida", f"u/{BOT}")
    others = {world.comment(quick.fullname, "nils", f"u/{BOT}").fullname for _ in range(3)}
    answered = threading.Event()

    def meanwhile(job, step):
        if job.summons == waiting.fullname and step.stage == Stage.FETCH:
            assert answered.wait(PATIENCE)  # as for a host that does not answer
        if others == {reply.parent for reply in world.replies_by(BOT)}:
            answered.set()

    until = Until(4, meanwhile)
    with bot(work={"workers": 2}, observer=until) as running:
        until.run(running)
    assert until.done[-1] == waiting.fullname


def test_the_claim_of_a_step_that_hangs_runs_out(bot, asked):
    clock = 0.0
    with bot() as running:
        running.poll()
        job = jobs.claim(running.engine, "demo")
        claims = Claims(running.engine, clock=lambda: clock)

        def run_out():
            past = jobs.now() - timedelta(seconds=1)
            with running.engine.begin() as connection:
                connection.execute(update(Job).values(claimed_until=past))

        with claims.kept(job):
            run_out()
            clock = MAX_STEP - 1
            claims.renew()
            assert jobs.claim(running.engine, "other") is None
            job.stage = Stage.FETCH  # the next step has all the time again
            claims.renew()
            clock += MAX_STEP - 1
            claims.renew()
            assert jobs.claim(running.engine, "other") is None
            clock += 2
            run_out()
            claims.renew()
            assert jobs.claim(running.engine, "other").deaths == 1


def test_the_end_of_a_step_that_hung_leaves_the_claim_of_who_took_the_job_up(bot, asked):
    with bot() as running:
        running.poll()
        claims = Claims(running.engine)

        def run_out():
            past = jobs.now() - timedelta(seconds=1)
            with running.engine.begin() as connection:
                connection.execute(update(Job).values(claimed_until=past))

        with ExitStack() as second:
            with claims.kept(jobs.claim(running.engine, "demo/1")):
                run_out()
                second.enter_context(claims.kept(jobs.claim(running.engine, "demo/2")))
            run_out()
            claims.renew()
            assert jobs.claim(running.engine, "demo/3") is None


def test_a_full_queue_leaves_unasked_posts_on_reddit_for_later(bot, world, photo, asked):
    for number in range(3):
        world.post_image("OldPhotos", "edith", f"Lawn {number}", photo, "image/jpeg")
    with bot(work={"queue": 1}) as running:
        running.poll()
        assert running.run_periodic_tasks() == 0
        assert running.work()
        running.run_periodic_tasks()
        assert jobs.count_open(running.engine) == 3
        running.drain()
        assert sum(job.source == Source.SCAN for job in latest_jobs(running.engine)) == 3
