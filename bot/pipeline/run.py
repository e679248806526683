"""Running the steps of a job, stage by stage.

1. Run the step of the job's stage.
2. Commit what it found together with the stage that comes next.
3. A named refusal goes straight to the last stage, or to a reply that explains it. After any other failure
   `domain/retry.py` decides whether the job is given back with a time, or given up.
"""

import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

import structlog

from bot.domain.aftercare import Removal
from bot.domain.delivery import Delivery
from bot.domain.outcomes import Group, Outcome
from bot.domain.reddit_types import Source
from bot.domain.refusals import Refused, RetryLater
from bot.domain.replies import UNFINISHED, explanation
from bot.domain.retry import Failure, GiveUp, RetryRules, TryAgain, decide, may_run
from bot.domain.stages import Stage
from bot.pipeline.colorize import colorize
from bot.pipeline.fetch import fetch
from bot.pipeline.films import Interrupted
from bot.pipeline.finish import finish
from bot.pipeline.host import host
from bot.pipeline.judge import judge
from bot.pipeline.jumps import Goto
from bot.pipeline.locate import locate
from bot.pipeline.permission import keep_out
from bot.pipeline.reply import reply
from bot.pipeline.results import Explained, Result
from bot.pipeline.shortage import shortage
from bot.pipeline.tools import Tools
from bot.store import jobs, pictures
from bot.store.database import Engine
from bot.store.removals import want_removal
from bot.store.tables import Job, Step

STEPS: Mapping[Stage, Callable[[Job, Tools], Result | None]] = {
    Stage.LOCATE: locate,
    Stage.FETCH: fetch,
    Stage.JUDGE: judge,
    Stage.COLORIZE: colorize,
    Stage.HOST: host,
    Stage.REPLY: reply,
    Stage.FINISH: finish,
}

LARGE = {Stage.JUDGE, Stage.COLORIZE}
"""Steps that hold a whole photo in memory and use every core: one of them at a time in a process; films apart."""

FILM_WAIT = timedelta(seconds=10)
"""How long a film waits before it is seen whether the one before it is done."""

Observer = Callable[[Job, Step], None]
"""Called after each committed step."""

_UNTOLD = frozenset({Source.SCAN, Source.STUDIO})
"""Nobody waits for words; who corrects colours reads on a page what came of it."""

log = structlog.get_logger("bot.pipeline")


class JobRunner:
    """Runs the steps of claimed jobs."""

    def __init__(
        self,
        engine: Engine,
        tools: Tools,
        *,
        retry: RetryRules,
        redact: Callable[[str], str],
        observer: Observer | None = None,
    ) -> None:
        self._engine = engine
        self._tools = tools
        self._retry = retry
        self._redact = redact
        self._observer = observer

    def run(self, job: Job, *, stop: Callable[[], bool] = lambda: False) -> None:
        """Until the job is finished or postponed, or until `stop` says so between two steps."""
        while job.finished_at is None and job.claimed_by is not None and not stop():
            stage, step = job.stage, Step()
            try:
                with self._passing(job, stage) as may_pass:
                    if not may_pass:
                        jobs.let_wait(self._engine, job, FILM_WAIT)
                        return
                    started = time.monotonic()
                    step.job_id, step.stage, step.started_at, step.detail = job.id, stage, jobs.now(), ""
                    overdue = jobs.now() - job.received_at > self._retry.patience
                    if may_run(stage, job.deaths, overdue=overdue):
                        self._run_step(job, stage, step, started)
                    else:
                        detail = f"the worker died {job.deaths} times during this step"
                        self._give_up(job, step, started, Outcome.FAILED, detail)
            except jobs.ClaimLost as error:
                log.warning("claim_lost", job=job.id, stage=stage, reason=str(error))
                return
            except Interrupted:
                log.info("interrupted", job=job.id, stage=stage)
                return
            fields = {"job": job.id, "stage": step.stage, "result": step.result, "seconds": round(step.seconds, 3)}
            log.info("step", **fields, **({"detail": step.detail} if step.detail else {}))
            if job.finished_at is not None:
                log.info("finished", job=job.id, summons=job.summons, subreddit=job.subreddit, outcome=job.outcome)
            if self._observer is not None:
                self._observer(job, step)

    @contextmanager
    def _passing(self, job: Job, stage: Stage) -> Iterator[bool]:
        """Whether the step may run now, and for the time of the block what it needs for that.

        A photo waits for its turn. A film is not waited for, nor does one wait here: it takes minutes, in a process of
        its own, and photos pass it.
        """
        films = self._tools.films
        if stage not in LARGE:
            yield True
        elif films is None or not pictures.moves(self._engine, job):
            with self._tools.gate.passing(urgent=job.source is not Source.SCAN):
                yield True
        elif stage is Stage.JUDGE:
            yield True
        elif not films.turn.acquire(blocking=False):
            yield False
        else:
            try:
                yield True
            finally:
                films.turn.release()

    def _run_step(self, job: Job, stage: Stage, step: Step, started: float) -> None:
        try:
            result = STEPS[stage](job, self._tools)
        except Refused as refused:
            if refused.silence is not None:
                keep_out(job, refused.silence, self._tools)
            if explained := self._explained(job, stage, refused):
                _close(step, started, refused.outcome, explained.detail)
                jobs.advance(self._engine, job, step, Stage.REPLY, explained.columns())
            else:
                self._give_up(job, step, started, refused.outcome, refused.detail)
        except Goto as jump:
            _close(step, started, f"to_{jump.stage}", self._redact(jump.why))
            jobs.advance(self._engine, job, step, jump.stage, _columns(jump.result))
        except RetryLater as later:
            self._failed(job, stage, step, started, later.reason, later)
        except (jobs.ClaimLost, Interrupted):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not take the worker down; the cause is stored
            self._broken(job, stage, step, started, error)
        else:
            _close(step, started, "done", "")
            if stage is Stage.FINISH:
                jobs.finish(self._engine, job, step, job.outcome or Outcome.COLORIZED)
            else:
                jobs.advance(self._engine, job, step, stage.following(), _columns(result))

    def _explained(self, job: Job, stage: Stage, refused: Refused) -> Explained | None:
        """What an asker is told who gets no picture, where they are told anything."""
        if stage in {Stage.REPLY, Stage.FINISH} or job.source in _UNTOLD or not self._tools.answering.explain:
            return None
        in_message = job.source is Source.MESSAGE
        answer = explanation(refused.outcome, in_message=in_message)
        if answer is None:
            return None
        delivery = Delivery.MESSAGE if in_message else refused.deliver_to or Delivery(job.delivery)
        return Explained(refused.outcome, self._redact(refused.detail), answer, delivery)

    def _give_up(self, job: Job, step: Step, started: float, outcome: Outcome, reason: str) -> None:
        reason = self._redact(reason)
        _close(step, started, outcome, reason)
        known = job.outcome
        if self._announced(job):
            if step.stage not in {Stage.REPLY, Stage.FINISH}:
                words = Explained(outcome, reason, UNFINISHED, Delivery(job.delivery))
                jobs.advance(self._engine, job, step, Stage.REPLY, words.columns())
                return
            want_removal(self._engine, job.id, Removal.UNFINISHED)
        if step.stage == Stage.FINISH:
            jobs.finish(self._engine, job, step, known or Outcome.COLORIZED)
        elif known is not None and known.group is not Group.ANSWERED:  # only the words about it could not be given
            jobs.conclude(self._engine, job, step, known, job.detail)
        else:
            jobs.conclude(self._engine, job, step, outcome, reason)

    def _announced(self, job: Job) -> bool:
        """Whether a comment says, or may say, that a film is being worked on."""
        if job.replied_at is not None:
            return False
        return job.reply is not None or (job.sent_at is not None and pictures.moves(self._engine, job))

    def _broken(self, job: Job, stage: Stage, step: Step, started: float, error: Exception) -> None:
        short = shortage(error)
        if short is None:
            self._failed(job, stage, step, started, traceback.format_exc(), None)
            return
        log.error("shortage", job=job.id, stage=stage, reason=short.reason)
        self._failed(job, stage, step, started, short.reason, short)

    def _failed(
        self, job: Job, stage: Stage, step: Step, started: float, reason: str, later: RetryLater | None
    ) -> None:
        match decide(Failure(stage, job.attempts, jobs.now() - job.received_at, later), self._retry):
            case GiveUp(outcome):
                self._give_up(job, step, started, outcome, reason)
            case TryAgain(after):
                reason = self._redact(reason)
                _close(step, started, "later", reason)
                jobs.postpone(self._engine, job, step, after, reason)


def _columns(result: Result | None) -> Mapping[str, object]:
    return {} if result is None else result.columns()


def _close(step: Step, started: float, result: str, detail: str) -> None:
    step.seconds = time.monotonic() - started
    step.result = result
    step.detail = detail
