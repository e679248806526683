"""What waits for moderators: reported, removed, edited and unmoderated things."""

from collections.abc import Callable

from ..calls import Call, Routes
from ..errors import forbidden
from ..ordering import newest_first, things_page
from ..records import Comment, Post
from ..things import Json

routes = Routes()


def _reported(thing: Post | Comment) -> bool:
    return bool(thing.reports) and not thing.removed_by_category


def _filtered(thing: Post | Comment) -> bool:
    """Taken away by a machine, so that a person has to look."""
    return thing.removed_by_category not in (None, "moderator")


def _unmoderated(thing: Post | Comment) -> bool:
    return isinstance(thing, Post) and not thing.approved_by and not thing.removed_by_category


_QUEUES: dict[str, Callable[[Post | Comment], bool]] = {
    "modqueue": lambda thing: _reported(thing) or _filtered(thing),
    "reports": _reported,
    "spam": lambda thing: thing.removed_by_category is not None,
    "edited": lambda thing: thing.edited is not None,
    "unmoderated": _unmoderated,
}
_KINDS: dict[str, type[Post | Comment]] = {"links": Post, "comments": Comment}


def _queue(name: str, waits: Callable[[Post | Comment], bool]) -> Callable[[Call], Json]:
    def handler(call: Call) -> Json:
        places = {place.name for place in call.places() if place.is_moderator(call.user)}
        if not places and call.path["subreddit"].lower() != "mod":
            raise forbidden()
        world, only = call.world, _KINDS.get(call.get("only"))
        things: list[Post | Comment] = [*world.posts.values(), *world.comments.values()]
        found = [
            thing
            for thing in things
            if world.post_of(thing).subreddit in places
            and not thing.deleted
            and waits(thing)
            and (only is None or isinstance(thing, only))
        ]
        return things_page(call, newest_first(found))

    handler.__name__, handler.__doc__ = name, f"The queue `{name}` of one or all moderated subreddits, newest first."
    return handler


for _name, _waits in _QUEUES.items():
    routes.on("GET", f"/r/{{subreddit}}/about/{_name}")(_queue(_name, _waits))
