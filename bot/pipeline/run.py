"""The walk of a job through its stages.

1. Run the step of the job's stage.
2. Commit what it found together with the stage that comes next.
3. A named refusal goes straight to the last stage; "later" gives the job back with a time; an unexpected error does
   the same, so that a job that always fails cannot spin, and ends as FAILED when its attempts are used up.
"""

import time
import traceback
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import Engine

from bot.domain.outcomes import Outcome, Refused, RetryLater
from bot.domain.stages import Stage
from bot.pipeline.colorize import colorize
from bot.pipeline.fetch import fetch
from bot.pipeline.finish import finish
from bot.pipeline.host import host
from bot.pipeline.judge import judge
from bot.pipeline.locate import locate
from bot.pipeline.pictures import GoBack
from bot.pipeline.reply import reply
from bot.pipeline.tools import Tools
from bot.store import jobs
from bot.store.tables import Job, Step

STEPS: Mapping[Stage, Callable[[Job, Tools], dict[str, Any]]] = {
    Stage.LOCATE: locate,
    Stage.FETCH: fetch,
    Stage.JUDGE: judge,
    Stage.COLORIZE: colorize,
    Stage.HOST: host,
    Stage.REPLY: reply,
    Stage.FINISH: finish,
}

MAX_WAIT = 3600.0  # seconds between two attempts, at most

Observer = Callable[[Job, Step], None]
"""Called after each committed step."""

log = structlog.get_logger("bot.pipeline")


class Walker:
    """Walks claimed jobs through their stages."""

    def __init__(
        self,
        engine: Engine,
        tools: Tools,
        *,
        attempts: int = 8,
        retry_seconds: float = 30,
        observer: Observer | None = None,
    ) -> None:
        self._engine = engine
        self._tools = tools
        self._attempts = attempts
        self._retry_seconds = retry_seconds
        self._observer = observer

    def walk(self, job: Job, *, stop: Callable[[], bool] = lambda: False) -> None:
        """Until the job is finished or postponed, or until `stop` says so between two steps."""
        while job.finished_at is None and job.claimed_by is not None and not stop():
            stage, step = job.as_stage(), Step()
            started = time.monotonic()
            step.job_id, step.stage, step.started_at, step.detail = job.id, stage.value, jobs.now(), ""
            try:
                self._take(job, stage, step, started)
            except jobs.ClaimLost as error:
                log.warning("claim_lost", job=job.id, stage=stage.value, reason=str(error))
                return
            fields = {"job": job.id, "stage": step.stage, "result": step.result, "seconds": round(step.seconds, 3)}
            log.info("step", **fields, **({"detail": step.detail} if step.detail else {}))
            if job.finished_at is not None:
                log.info("finished", job=job.id, summons=job.summons, subreddit=job.subreddit, outcome=job.outcome)
            if self._observer is not None:
                self._observer(job, step)

    def _take(self, job: Job, stage: Stage, step: Step, started: float) -> None:
        try:
            values = STEPS[stage](job, self._tools)
        except Refused as refused:
            _close(step, started, refused.outcome.value, refused.detail)
            if stage is Stage.FINISH:  # the item is gone: there is nothing left to mark
                jobs.finish(self._engine, job, step, job.as_outcome() or Outcome.COLORIZED)
            else:
                jobs.conclude(self._engine, job, step, refused.outcome, refused.detail)
        except GoBack as back:
            _close(step, started, "go_back", str(back))
            jobs.advance(self._engine, job, step, back.stage, {})
        except RetryLater as later:
            self._later(job, step, started, reason=later.reason, then=later.then, seconds=later.seconds)
        except Exception:  # noqa: BLE001 - whatever it is, it must not take the worker down; the cause is stored
            self._later(job, step, started, reason=traceback.format_exc(), then=Outcome.FAILED, seconds=None)
        else:
            _close(step, started, "done", "")
            if stage is Stage.FINISH:
                jobs.finish(self._engine, job, step, job.as_outcome() or Outcome.COLORIZED)
            else:
                jobs.advance(self._engine, job, step, stage.following(), values)

    def _later(
        self, job: Job, step: Step, started: float, *, reason: str, then: Outcome, seconds: float | None
    ) -> None:
        if job.attempts + 1 >= self._attempts:
            _close(step, started, then.value, reason)
            if step.stage == Stage.FINISH.value:
                jobs.finish(self._engine, job, step, job.as_outcome() or Outcome.COLORIZED)
            else:
                jobs.conclude(self._engine, job, step, then, reason)
            return
        wait = min(MAX_WAIT, max(seconds or 0, self._retry_seconds * 2**job.attempts))
        _close(step, started, "later", reason)
        jobs.postpone(self._engine, job, step, jobs.now() + timedelta(seconds=wait), reason)


def _close(step: Step, started: float, result: str, detail: str) -> None:
    step.seconds = time.monotonic() - started
    step.result = result
    step.detail = detail
