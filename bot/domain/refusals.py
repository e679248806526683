"""How a step says that it cannot go on: for good (`Refused`), or for now (`RetryLater`)."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.domain.delivery import Delivery
from bot.domain.outcomes import Outcome
from bot.domain.silence import Reason


class Refused(Exception):
    """The job must end now with a named outcome.

    detail: names the input and what was wrong with it, for the reply log.
    elsewhere: only the place is at fault, the answer may be given in another.
    silence: what the refusal says about the subreddit from now on.
    deliver_to: where the asker may be told why; None where the job's answer goes anyway.
    """

    def __init__(
        self,
        outcome: Outcome,
        detail: str = "",
        *,
        elsewhere: bool = False,
        silence: Reason | None = None,
        deliver_to: Delivery | None = None,
    ) -> None:
        self.outcome = outcome
        self.detail = detail or outcome.meaning
        self.elsewhere = elsewhere
        self.silence = silence
        self.deliver_to = deliver_to
        super().__init__(f"{outcome}: {self.detail}")


class RetryLater(Exception):
    """The same step may succeed later.

    seconds: the shortest wait that makes sense; None where the back-off decides.
    tries: runs of the step after which waiting longer makes no sense; None where the job's patience decides.
    then: the outcome when that has run out.
    """

    def __init__(self, reason: str, *, then: Outcome, seconds: float | None = None, tries: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.then = then
        self.seconds = seconds
        self.tries = tries


class Uncertain(RetryLater):
    """The other side may have done it all the same, so look for that before it is asked again."""


@contextmanager
def told_by(delivery: Delivery) -> Iterator[None]:
    """Refusals that leave the block say that the asker may be told of them there."""
    try:
        yield
    except Refused as refused:
        refused.deliver_to = refused.deliver_to or delivery
        raise
