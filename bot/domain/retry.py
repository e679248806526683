"""Whether a step that failed is tried again, and when. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.outcomes import Outcome
from bot.domain.refusals import RetryLater
from bot.domain.stages import Stage

MAX_WAIT = timedelta(hours=1)
"""The longest wait between two runs of a step, unless the other side asks for more."""

MAX_DEATHS = 8
"""A step that the worker has died in so often is not run again.

It takes an hour until then, see `wait_after_death`: a machine that keeps restarting, or another job that kills the
process which both run in, costs nobody the answer.
"""

MAX_DEATHS_POSTING = 3
"""An overdue reply in which the worker died so often is only looked for."""

MAX_DEATHS_LOOKING = 6
"""Deaths after which an overdue reply is not even looked for any more: looking itself may be what kills the worker."""

RUNS_WHEN_OVERDUE = {Stage.REPLY: 5}
"""Repetitions that a step gets even when its job is out of patience, 1 where nothing is said.

A reply gives itself up once it has looked for a comment that did arrive, and needs some repetitions for looking.
"""


LOOK_EVERY = timedelta(seconds=30)
"""Between two looks for what was sent and may still show up, at least."""


def may_run(stage: Stage, deaths: int, *, overdue: bool) -> bool:
    """Whether a step may run in which the worker died so often.

    A reply may have arrived before the worker died, so it is looked for as long as the job is not overdue, and a few
    times afterwards; see `may_post`.
    """
    if stage is Stage.REPLY:
        return not overdue or deaths < MAX_DEATHS_LOOKING
    return deaths < MAX_DEATHS


def may_post(deaths: int, *, overdue: bool) -> bool:
    """Whether a reply that is not found may be posted, after so many deaths of the worker in that step.

    A worker that dies there mostly dies of something else, such as a machine that keeps restarting; so the reply is
    given up only when it is overdue as well.
    """
    return deaths < MAX_DEATHS_POSTING or not overdue


def wait_after_death(stage: Stage, deaths: int, first_wait: timedelta) -> timedelta:
    """How long a step waits after its worker has died, when it had died `deaths` times in that step before.

    The first time a step goes on at once. A reply waits even then: what was posted has to become visible.
    """
    if deaths == 0 and stage is not Stage.REPLY:
        return timedelta(0)
    wait: timedelta = first_wait * 2 ** min(deaths, 20)
    return min(MAX_WAIT, wait)


def may_show_up(since_sent: timedelta | None, lag: timedelta) -> timedelta | None:
    """How long an answer or a picture that was sent, and is not to be seen, may still show up; None when it will not.

    since_sent: how long ago it was sent; None when none was, or when Reddit has said no to it. lag: how long Reddit may
    take to show what it has taken.
    """
    return lag - since_sent if since_sent is not None and since_sent < lag else None


@dataclass(frozen=True, slots=True)
class RetryRules:
    """What the settings say about trying again.

    attempts: runs of a step that ends in an unexpected error before its job is given up.
    first_wait: before the second run; doubled before each further one, up to MAX_WAIT.
    patience: how long a job waits for what Reddit or a photo's host cannot give now.
    """

    attempts: int
    first_wait: timedelta
    patience: timedelta


@dataclass(frozen=True, slots=True)
class Failure:
    """One run of a step that did not end well.

    attempts: how often the step was put off before.
    age: how long ago the summons was received.
    later: what the step raised; None for an unexpected error.
    """

    stage: Stage
    attempts: int
    age: timedelta
    later: RetryLater | None = None


@dataclass(frozen=True, slots=True)
class TryAgain:
    """The step runs again after so long."""

    after: timedelta


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The job ends with this outcome."""

    outcome: Outcome


Decision = TryAgain | GiveUp


def decide(failure: Failure, rules: RetryRules) -> Decision:
    """Whether the step runs again.

    An unexpected error is repeated so many times, so that a job that always fails cannot spin. What may succeed later
    is repeated until the job is older than its patience, so that an outage of hours loses nothing; even an old job
    gets a second run. What the step itself gives only so many tries is repeated that often.
    """
    if failure.later is None:
        if failure.attempts + 1 >= rules.attempts:
            return GiveUp(Outcome.FAILED)
    elif _out_of_tries(failure, failure.later) or _out_of_patience(failure, rules):
        return GiveUp(failure.later.then)
    asked = timedelta(seconds=failure.later.seconds or 0) if failure.later is not None else timedelta(0)
    return TryAgain(max(asked, min(MAX_WAIT, rules.first_wait * 2 ** min(failure.attempts, 20))))


def _out_of_tries(failure: Failure, later: RetryLater) -> bool:
    return later.tries is not None and failure.attempts + 1 >= later.tries


def _out_of_patience(failure: Failure, rules: RetryRules) -> bool:
    return failure.age > rules.patience and failure.attempts >= RUNS_WHEN_OVERDUE.get(failure.stage, 1)
