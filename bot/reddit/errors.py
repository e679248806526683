"""What Reddit's refusals mean for a job: one table from error code to outcome, and the few that mean "later".

Codes are those of Reddit's API as of 2026; what is not in the table is tried again and then fails by name.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from praw.exceptions import RedditAPIException
from prawcore.exceptions import (
    BadJSON,
    Forbidden,
    InvalidToken,
    NotFound,
    OAuthException,
    Redirect,
    RequestException,
    ResponseException,
    ServerError,
    TooManyRequests,
)

from bot.domain.outcomes import Outcome, Refused, RetryLater
from bot.reddit.client import PostUncertain

REFUSALS = {
    "THREAD_LOCKED": Outcome.LOCKED,
    "TOO_OLD": Outcome.ARCHIVED,
    "DELETED_COMMENT": Outcome.DELETED,
    "DELETED_LINK": Outcome.DELETED,
    "USER_BLOCKED": Outcome.BLOCKED,
    "COMMENT_UNREPLIABLE": Outcome.BLOCKED,
    "NOT_WHITELISTED_BY_USER_MESSAGE": Outcome.BLOCKED,
    "SUBREDDIT_NOTALLOWED": Outcome.FORBIDDEN,
    "SUBREDDIT_NOEXIST": Outcome.FORBIDDEN,
    "SUBREDDIT_OUTBOUND_LINKING_DISALLOWED": Outcome.NOT_ALLOWED,
    "SUBREDDIT_LINKING_DISALLOWED": Outcome.NOT_ALLOWED,
    "COMMENT_GUIDANCE_VALIDATION_FAILED": Outcome.NOT_ALLOWED,
}
"""Reddit's error codes that end a job."""

_LONG = re.compile(r"(\d+)\s*(millisecond|second|minute|hour)s?\b", re.IGNORECASE)
_SHORT = re.compile(r"\b(?:(\d+)h\s*)?(?:(\d+)m\s*)?(?:(\d+)s)?\b")
_SECONDS = {"millisecond": 0.001, "second": 1, "minute": 60, "hour": 3600}


def seconds_to_wait(message: str, default: float = 600) -> float:
    """The wait that a RATELIMIT message asks for: "9 minutes" or "9m 12s"; `default` when it names none."""
    if found := _LONG.findall(message):
        return sum(int(amount) * _SECONDS[unit.lower()] for amount, unit in found)
    for hours, minutes, seconds in _SHORT.findall(message):
        if hours or minutes or seconds:
            return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return default


@contextmanager
def translated(doing: str, *, then: Outcome = Outcome.FAILED) -> Iterator[None]:
    """Turn the client's exceptions inside the block into Refused or RetryLater.

    doing: what is being tried, for the reply log. then: the outcome when every retry fails.
    """
    try:
        yield
    except RedditAPIException as error:
        item = error.items[0]
        if item.error_type == "RATELIMIT":
            wait = seconds_to_wait(item.message or "")
            raise RetryLater(f"{doing}: {item.message}", then=then, seconds=wait + 1) from error
        if outcome := REFUSALS.get(item.error_type):
            raise Refused(outcome, f"{doing}: {item.error_type}: {item.message}") from error
        raise RetryLater(f"{doing}: {item.error_type}: {item.message}", then=then) from error
    except Forbidden as error:
        reason = _reason(error)
        outcome = Outcome.QUARANTINED if reason == "quarantined" else Outcome.FORBIDDEN
        raise Refused(outcome, f"{doing}: 403 {reason}".rstrip()) from error
    except (NotFound, Redirect) as error:
        raise Refused(Outcome.DELETED, f"{doing}: {error}") from error
    except TooManyRequests as error:
        given = error.retry_after or ""
        wait = float(given) if given.replace(".", "", 1).isdigit() else 60.0
        raise RetryLater(f"{doing}: 429", then=then, seconds=wait) from error
    except PostUncertain as error:
        raise RetryLater(f"{doing}: {error}", then=then) from error
    except (ServerError, RequestException, BadJSON, InvalidToken, OAuthException, ResponseException) as error:
        raise RetryLater(f"{doing}: {error}", then=then) from error


def _reason(error: ResponseException) -> str:
    try:
        return str(error.response.json().get("reason", ""))
    except (ValueError, AttributeError):
        return ""
