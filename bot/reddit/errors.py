"""What Reddit's refusals mean for a job: one table from error code to outcome, and the few that mean "later".

Codes are those of Reddit's API as of 2026. What Reddit says of its own state is tried again for as long as a job waits;
what nobody here knows is tried again a few times.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase

from praw.exceptions import RedditAPIException
from prawcore.exceptions import (
    BadJSON,
    Forbidden,
    InsufficientScope,
    InvalidToken,
    NotFound,
    OAuthException,
    Redirect,
    RequestException,
    ResponseException,
    ServerError,
    TooManyRequests,
    UnavailableForLegalReasons,
)

from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused, RetryLater, Uncertain
from bot.domain.silence import Reason
from bot.outgoing import seconds_of, why
from bot.reddit.client import PostUncertain


@dataclass(frozen=True, slots=True)
class Action:
    """What a refusal of Reddit's means.

    elsewhere: the answer may be given in another place. silence: what it says about the subreddit from now on.
    """

    outcome: Outcome
    elsewhere: bool = False
    silence: Reason | None = None


ACTIONS = {
    # Whoever closed a thread wants no more of it, in no place.
    "THREAD_LOCKED": Action(Outcome.LOCKED),
    "TOO_OLD": Action(Outcome.ARCHIVED),
    "DELETED_COMMENT": Action(Outcome.DELETED),
    "DELETED_LINK": Action(Outcome.DELETED),
    "USER_BLOCKED": Action(Outcome.BLOCKED),
    "COMMENT_UNREPLIABLE": Action(Outcome.BLOCKED),
    "NOT_WHITELISTED_BY_USER_MESSAGE": Action(Outcome.BLOCKED),
    "PM_MODERATOR_RESTRICTION": Action(Outcome.BLOCKED),
    "USER_DOESNT_EXIST": Action(Outcome.BLOCKED),
    "INVALID_USER": Action(Outcome.BLOCKED),
    "RESTRICTED_TO_PM": Action(Outcome.BLOCKED),
    "USER_BLOCKED_MESSAGE": Action(Outcome.BLOCKED),
    "COMMENTER_BLOCKED_POSTER": Action(Outcome.BLOCKED),
    "NO_THING_ID": Action(Outcome.DELETED),
    "TOO_MANY_COMMENTS": Action(Outcome.NOT_ALLOWED, elsewhere=True),
    "DOMAIN_BANNED": Action(Outcome.NOT_ALLOWED, elsewhere=True),
    "BANNED_FROM_SUBREDDIT": Action(Outcome.FORBIDDEN, elsewhere=True, silence=Reason.BANNED),
    "USER_MUTED": Action(Outcome.NOT_ALLOWED, silence=Reason.MUTED),
    "SUBREDDIT_NOTALLOWED": Action(Outcome.FORBIDDEN, elsewhere=True),
    "SUBREDDIT_NOEXIST": Action(Outcome.FORBIDDEN),
    "SUBREDDIT_OUTBOUND_LINKING_DISALLOWED": Action(Outcome.NOT_ALLOWED, elsewhere=True),
    "SUBREDDIT_LINKING_DISALLOWED": Action(Outcome.NOT_ALLOWED, elsewhere=True),
    "COMMENT_GUIDANCE_VALIDATION_FAILED": Action(Outcome.NOT_ALLOWED, elsewhere=True),
    "SUBMIT_VALIDATION_*": Action(Outcome.NOT_ALLOWED, elsewhere=True),
    "NO_INVITE_FOUND": Action(Outcome.NOT_ALLOWED),
    "TOO_LONG": Action(Outcome.FAILED),
    "NO_TEXT": Action(Outcome.FAILED),
    "403 private": Action(Outcome.FORBIDDEN, silence=Reason.PRIVATE),
    "403 banned": Action(Outcome.FORBIDDEN, elsewhere=True, silence=Reason.BANNED),
    "403 quarantined": Action(Outcome.QUARANTINED, silence=Reason.QUARANTINED),
    "403": Action(Outcome.FORBIDDEN),
    "403 to a comment": Action(Outcome.FORBIDDEN, elsewhere=True),  # of one thread: a ban is told by other means
    "404": Action(Outcome.DELETED),
    "451": Action(Outcome.FORBIDDEN),
}
"""Reddit's refusals that end a job, by error code or by status and reason."""

LATER = frozenset({"RATELIMIT", "QUOTA_FILLED", "IN_TIMEOUT", "SOMETHING_IS_BROKEN"})
"""What Reddit says of itself or of the bot's pace, not of the thread; it passes."""

UNKNOWN_TRIES = 4
"""So often something is tried that Reddit refuses in words that are not known here."""


class TooLong(Refused):
    """Reddit takes no text of that length there."""


def action_for(code: str) -> Action | None:
    """The row of ACTIONS for a code; a `*` there stands for any ending."""
    return next((action for pattern, action in ACTIONS.items() if fnmatchcase(code, pattern)), None)


_ASKED = re.compile(r"\b(?:again in|break for|wait(?: for)?)\b", re.IGNORECASE)
"""Behind these stands how long to wait; before them may stand what was done in how many minutes."""

_AMOUNTS = {"half an": 0.5, "half a": 0.5, "an": 1, "a few": 10, "a": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_UNITS = {
    "ms": 0.001,
    "millisecond": 0.001,
    "s": 1,
    "sec": 1,
    "second": 1,
    "m": 60,
    "min": 60,
    "minute": 60,
    "h": 3600,
    "hr": 3600,
    "hour": 3600,
    "d": 86400,
    "day": 86400,
}
_WORDS, _NAMES = ("|".join(sorted(table, key=len, reverse=True)) for table in (_AMOUNTS, _UNITS))
_DURATION = re.compile(rf"((?<![\d.,])\d[\d,]*(?:\.\d+)?\s*|\b(?:{_WORDS})\s+)({_NAMES})s?(?![a-z])", re.IGNORECASE)
MOST_WAIT = 86400.0
"""Seconds; nobody waits longer for an answer, and a number that long is a mistake."""

_SEARCH = re.compile(r"/(?:subreddits/)?search\b")


def seconds_to_wait(message: str, default: float = 600) -> float:
    """The wait that a RATELIMIT message asks for: "9 minutes", "9m 12s", "an hour"; `default` when it names none."""
    asked = _ASKED.split(message)[-1]
    found = _DURATION.findall(asked) or _DURATION.findall(message)
    if not found:
        return default
    return min(sum(_amount(amount) * _UNITS[unit.lower()] for amount, unit in found), MOST_WAIT)


def _amount(text: str) -> float:
    text = text.strip().lower()
    return float(_AMOUNTS.get(text) or text.replace(",", ""))


@contextmanager
def translated(doing: str, *, then: Outcome = Outcome.FAILED, commenting: bool = False) -> Iterator[None]:
    """Turn the client's exceptions inside the block into Refused or RetryLater.

    doing: what is being tried, for the reply log. then: the outcome when every retry fails. commenting: a comment is
    being posted, where a bare 403 means that this thread, or the whole subreddit, is closed to the bot.
    """
    try:
        yield
    except RedditAPIException as error:
        raise _of_code(error, doing, then) from error
    except Forbidden as error:
        code = f"403 {_reason(error)}".rstrip()
        code = "403 to a comment" if code == "403" and commenting else code
        raise _refused(action_for(code) or ACTIONS["403"], f"{doing}: {code}") from error
    except UnavailableForLegalReasons as error:
        raise _refused(ACTIONS["451"], f"{doing}: {error}") from error
    except NotFound as error:
        raise _refused(ACTIONS["404"], f"{doing}: {error}") from error
    except Redirect as error:
        if _SEARCH.search(error.path):  # where Reddit sends those who ask for a subreddit that there is not
            raise _refused(ACTIONS["404"], f"{doing}: {error}") from error
        # To the login, for one: that says something of the bot's access, nothing of the thing that was asked for.
        raise RetryLater(f"{doing}: {error}", then=then, tries=UNKNOWN_TRIES) from error
    except TooManyRequests as error:
        wait = seconds_of(error.retry_after)
        raise RetryLater(f"{doing}: 429", then=then, seconds=60.0 if wait is None else wait) from error
    except PostUncertain as error:
        raise Uncertain(f"{doing}: {error}", then=then) from error
    except RequestException as error:
        raise RetryLater(f"{doing}: {why(error)}", then=then) from error
    except (ServerError, BadJSON, InvalidToken, OAuthException, InsufficientScope) as error:
        raise RetryLater(f"{doing}: {error}", then=then) from error
    except ResponseException as error:  # 400, 409, 413, 501 and the like; 401 is for the operator to put right
        tries = None if error.response.status_code == 401 else UNKNOWN_TRIES
        raise RetryLater(f"{doing}: {error}", then=then, tries=tries) from error


@contextmanager
def reading(doing: str, *, then: Outcome = Outcome.FAILED) -> Iterator[None]:
    """Turn what an answer of another shape raises inside the block into RetryLater, for a few tries.

    Arguments as of `translated`.
    """
    try:
        yield
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        what = f"{doing}: Reddit answered with something else ({type(error).__name__}: {error})"
        raise RetryLater(what, then=then, tries=UNKNOWN_TRIES) from error


def _of_code(error: RedditAPIException, doing: str, then: Outcome) -> Exception:
    item = error.items[0]
    said = f"{doing}: {item.error_type}: {item.message}"
    if item.error_type == "RATELIMIT":
        return RetryLater(f"{doing}: {item.message}", then=then, seconds=seconds_to_wait(item.message or "") + 1)
    if item.error_type == "TOO_LONG":
        return TooLong(ACTIONS["TOO_LONG"].outcome, said)
    if action := action_for(item.error_type):
        return _refused(action, said)
    return RetryLater(said, then=then, tries=None if item.error_type in LATER else UNKNOWN_TRIES)


def _refused(action: Action, detail: str) -> Refused:
    return Refused(action.outcome, detail, elsewhere=action.elsewhere, silence=action.silence)


def _reason(error: ResponseException) -> str:
    try:
        return str(error.response.json().get("reason") or "")
    except (ValueError, AttributeError):
        return ""
