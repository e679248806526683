"""How many answers there may be: for one person, in one thread, in one subreddit, in all. Pure."""

from dataclasses import dataclass, replace

from bot.domain.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Limits:
    """The most answers: to one person and in one subreddit in 24 hours, in one thread ever, in all in 24 hours.

    per_user_here_day: to one person in one subreddit in 24 hours; None where only `per_user_day` counts.
    """

    per_user_day: int = 20
    per_thread: int = 5
    per_subreddit_day: int = 200
    per_day: int = 5000
    per_user_here_day: int | None = None

    def lowered(
        self, *, per_subreddit_day: int | None, per_thread: int | None = None, per_user_here_day: int | None = None
    ) -> "Limits":
        """With the limits that a subreddit's moderators set, None for none; they can lower limits, not raise them."""
        return replace(
            self,
            per_subreddit_day=_lower(self.per_subreddit_day, per_subreddit_day),
            per_thread=_lower(self.per_thread, per_thread),
            per_user_here_day=per_user_here_day,
        )


def _lower(own: int, said: int | None) -> int:
    return own if said is None else min(own, said)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many answers there were, and are being made: see `Limits`."""

    by_user: int = 0
    in_thread: int = 0
    in_subreddit: int = 0
    in_all: int = 0
    by_user_here: int = 0


def refusal(counts: Counts, limits: Limits) -> Outcome | None:
    """The first limit that is reached, or None. Not to be asked of `delete`, `stop` and `start`: these always work."""
    here = limits.per_user_here_day
    reached = (
        (counts.by_user_here, counts.by_user_here + 1 if here is None else here, Outcome.USER_LIMIT),
        (counts.by_user, limits.per_user_day, Outcome.USER_LIMIT),
        (counts.in_thread, limits.per_thread, Outcome.THREAD_LIMIT),
        (counts.in_subreddit, limits.per_subreddit_day, Outcome.SUBREDDIT_LIMIT),
        (counts.in_all, limits.per_day, Outcome.DAY_LIMIT),
    )
    return next((outcome for count, limit, outcome in reached if count >= limit), None)
