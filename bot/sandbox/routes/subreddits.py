"""Subreddits: what they say of themselves, their settings, who reads them, and new ones."""

import re
from typing import Any

from .. import shapes
from ..calls import Answer, Call, Routes
from ..errors import ApiError, not_found
from ..records import Comment, Post
from ..subreddit_records import Subreddit
from ..things import Json

routes = Routes()
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]{2,20}")
# Names in the settings that the sandbox acts on, and the field of a subreddit that holds them.
_FIELDS = {"title": "title", "description": "sidebar", "public_description": "description", "over_18": "over18"}


@routes.on("GET", "/r/{subreddit}/about")
def about(call: Call) -> Json:
    """The `t5`."""
    return call.profiles.subreddit(call.subreddit(call.path["subreddit"]))


@routes.on("GET", "/api/v1/{subreddit}/post_requirements")
def post_requirements(call: Call) -> Json:
    """What a post has to be like to be taken."""
    place = call.subreddit(call.path["subreddit"])
    return {**shapes.POST_REQUIREMENTS, **place.requirements}


@routes.on("GET", "/r/{subreddit}/about/edit")
def settings(call: Call) -> Json:
    """What moderators can set."""
    place = call.moderated(call.path["subreddit"])
    known = {name: getattr(place, field) for name, field in _FIELDS.items()}
    data = {**shapes.SUBREDDIT_SETTINGS, **place.settings, **known}
    return {
        "kind": "subreddit_settings",
        "data": {**data, "subreddit_id": place.fullname, "subreddit_type": place.kind, "domain": None},
    }


@routes.on("PATCH", "/api/v1/subreddit/update_settings")
def update_settings(call: Call) -> Json:
    """Change some of them; answers what was sent, without the subreddit."""
    sent: dict[str, Any] = dict(call.body)
    fullname = sent.pop("sr", None)
    found = _by_fullname(call, str(fullname))
    if found is None:
        raise not_found()
    place = call.moderated(found.name)
    for name, value in sent.items():
        if name == "type":
            place.kind = value
        elif name in _FIELDS:
            setattr(place, _FIELDS[name], value)
        else:
            place.settings[name] = value
    call.world.log(place, call.require_user().name, "editsettings", details=", ".join(sent))
    return sent


@routes.on("POST", "/api/site_admin")
def create(call: Call) -> Json:
    """A new subreddit, moderated by whoever makes it; with `sr`, the settings of one that exists."""
    user, name = call.require_user(), call.get("name")
    if call.get("sr"):
        return _change_all(call)
    if not _NAME.fullmatch(name):
        raise ApiError("BAD_SR_NAME")
    if name.lower() in call.world.subreddits:
        raise ApiError("SUBREDDIT_EXISTS")
    kind = call.get("type", "public")
    call.world.add_subreddit(
        name,
        title=call.get("title"),
        private=kind == "private",
        restricted=kind == "restricted",
        over18=call.flag("over_18"),
        moderators=[user.name],
    )
    return {"json": {"errors": []}}


def _change_all(call: Call) -> Json:
    """All settings of a subreddit or profile at once, as the older pages send them."""
    place = _by_fullname(call, call.get("sr"))
    if place is None:
        raise not_found()
    call.moderated(place.name)
    for name, value in call.form.items():
        if name in _FIELDS and name != "over_18":
            setattr(place, _FIELDS[name], value)
        elif name in shapes.SUBREDDIT_SETTINGS:
            place.settings[name] = value
    place.over18 = call.flag("over_18")
    return {"json": {"errors": []}}


@routes.on("POST", "/api/subscribe")
def subscribe(call: Call) -> Json:
    """Subscribe to the subreddits in `sr` or `sr_name`, or no longer."""
    user, names = call.require_user(), call.get("sr_name") or call.get("sr")
    for name in names.split(","):
        place = call.world.subreddits.get(name.lower()) or _by_fullname(call, name)
        if place is None:
            raise not_found()
        reads = place.name.lower() in user.subscribed
        if call.get("action") == "unsub" and reads:
            user.subscribed.discard(place.name.lower())
            place.subscribers -= 1
        elif call.get("action") == "sub" and not reads:
            user.subscribed.add(place.name.lower())
            place.subscribers += 1
    return {}


def _by_fullname(call: Call, fullname: str) -> Subreddit | None:
    places = [*call.world.subreddits.values(), *call.world.profiles.values()]
    return next((place for place in places if place.fullname == fullname), None)


def stickied(call: Call, place: Subreddit) -> list[Post]:
    """The posts at the top of the subreddit, first the one that was put there first."""
    found = [post for post in call.world.posts.values() if post.subreddit == place.name and post.stickied]
    return sorted(found, key=lambda post: post.stickied_at)


@routes.on("GET", "/r/{subreddit}/about/sticky")
def sticky(call: Call) -> Answer:
    """302 to the first or second post at the top; 404 when there is none."""
    found = stickied(call, call.subreddit(call.path["subreddit"]))
    number = call.number("num", 1, most=2)
    if number > len(found):
        raise not_found()
    path = call.things.permalink(found[number - 1])
    return Answer({}, 302, {"location": call.world.base_url + path})


@routes.on("GET", "/r/{subreddit}/about/traffic")
def traffic(call: Call) -> Json:
    """How many posts and comments came on each day, as if each of them were a visit; moderators only."""
    place = call.world.subreddits.get(call.path["subreddit"].lower())
    if place is None or not place.is_moderator(call.user):
        raise not_found()
    days: dict[int, int] = {}
    things: list[Post | Comment] = [*call.world.posts.values(), *call.world.comments.values()]
    for thing in things:
        if call.world.post_of(thing).subreddit == place.name:
            day = int(thing.created_utc // 86_400) * 86_400
            days[day] = days.get(day, 0) + 1
    listed = [[day, count, count, 0] for day, count in sorted(days.items(), reverse=True)]
    return {"day": listed, "hour": [], "month": []}
