"""How a step says that it cannot go on: for good (`Refused`), or now (`RetryLater`)."""

from bot.domain.outcomes import Outcome
from bot.domain.silence import Reason


class Refused(Exception):
    """The job must end now with a named outcome.

    `detail` names the input and what was wrong with it, for the reply log. `elsewhere`: only the place is at fault,
    the answer may be given in another. `silence`: what the refusal says about the subreddit from now on.
    """

    def __init__(
        self, outcome: Outcome, detail: str, *, elsewhere: bool = False, silence: Reason | None = None
    ) -> None:
        super().__init__(f"{outcome.value}: {detail}")
        self.outcome = outcome
        self.detail = detail
        self.elsewhere = elsewhere
        self.silence = silence


class RetryLater(Exception):
    """The same step may succeed later.

    `seconds` is the shortest wait that makes sense (None: the caller's back-off decides); `then` is the outcome
    when the job's patience has run out.
    """

    def __init__(self, reason: str, *, then: Outcome, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.then = then
        self.seconds = seconds
