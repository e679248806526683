"""In which order posts and comments are listed."""

import math
from collections.abc import Callable, Sequence

from .calls import Call
from .errors import HttpError
from .paging import page
from .records import Comment, Post
from .things import Json

_SPANS = {"hour": 3_600, "day": 86_400, "week": 604_800, "month": 2_592_000, "year": 31_536_000, "all": math.inf}
ORDERS = ("new", "hot", "top", "rising", "controversial", "best")


def visible(things: Sequence[Post | Comment]) -> list[Post | Comment]:
    """Without what was deleted or removed."""
    return [thing for thing in things if not thing.deleted and thing.removed_by_category is None]


def newest_first(things: Sequence[Post | Comment]) -> list[Post | Comment]:
    """Newest first, and among those of the same second the later one: the order they came in decides."""
    newest = list(reversed(things))
    newest.sort(key=lambda thing: -thing.created_utc)
    return newest


def _hot(thing: Post | Comment) -> float:
    """Ten times the votes are worth twelve and a half hours."""
    magnitude = math.log10(max(abs(thing.score), 1))
    return math.copysign(magnitude, thing.score) + thing.created_utc / 45_000


def _controversy(thing: Post | Comment) -> tuple[int, int]:
    """Most votes on the weaker side, then most votes."""
    against = sum(vote < 0 for vote in thing.votes.values())
    return min(against, thing.score + against), len(thing.votes)


_KEYS: dict[str, Callable[[Post | Comment], object]] = {
    "top": lambda thing: thing.score,
    "hot": _hot,
    "best": _hot,
    "controversial": _controversy,
    "comments": lambda thing: thing.num_comments if isinstance(thing, Post) else 0,
}


def ordered(things: Sequence[Post | Comment], order: str) -> list[Post | Comment]:
    """In the order of that name; one that is not known means newest first."""
    newest = newest_first(things)
    key = _KEYS.get(order)
    return sorted(newest, key=key, reverse=True) if key else newest  # type: ignore[arg-type]


def within(call: Call, things: Sequence[Post | Comment]) -> list[Post | Comment]:
    """Those of the last hour, day, week, month or year, as `t` asks; 400 for another word."""
    span = _SPANS.get(call.get("t", "all"))
    if span is None:
        raise HttpError(400, "Bad Request")
    return [thing for thing in things if thing.created_utc >= call.world.clock() - span]


def render(call: Call, thing: Post | Comment) -> Json:
    """A `t3` or a `t1`."""
    return call.things.post(thing) if isinstance(thing, Post) else call.things.comment(thing)


def things_page(call: Call, things: Sequence[Post | Comment]) -> Json:
    """The asked-for page of things that are in their order already."""
    return page(call, things, lambda thing: thing.fullname, lambda thing: render(call, thing))
