"""Listings come page by page.

`before` and `after` name a thing of the listing. When that thing is not in the listing (any more), because it was
deleted, removed or never there, the page is empty in both directions. Real Reddit does that too, at least for
`before`, which is how a client that remembers a single fullname goes deaf. What is no fullname at all is ignored, and a
page asked for by `before` names no `after`.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from .calls import Call
from .things import Json, listing

MOST_PER_PAGE = 100
MOST_ITEMS = 1000
Item = TypeVar("Item")


def page(call: Call, items: Sequence[Item], name: Callable[[Item], str], render: Callable[[Item], Json]) -> Json:
    """The asked-for page of `items`, which come newest (or best) first."""
    items = items[:MOST_ITEMS]
    limit = call.number("limit", 25, most=MOST_PER_PAGE)
    names = [name(item) for item in items]
    following, preceding = (call.get(word) if "_" in call.get(word) else "" for word in ("after", "before"))
    start, end = 0, min(limit, len(items))
    if following:
        start = names.index(following) + 1 if following in names else len(items)
        end = min(start + limit, len(items))
    elif preceding:
        end = names.index(preceding) if preceding in names else 0
        start = max(0, end - limit)
    shown = list(range(start, end))
    after = names[shown[-1]] if shown and end < len(items) and not preceding else None
    before = names[shown[0]] if shown and start > 0 else None
    return listing([render(items[index]) for index in shown], after=after, before=before)
