"""Accounts: oneself, others, blocking."""

import re

from .. import shapes
from ..calls import Answer, Call, Routes
from ..errors import ApiError, HttpError, not_implemented
from ..subreddit_records import Subreddit
from ..things import Json, listing

routes = Routes()


@routes.on("GET", "/api/v1/me")
def me(call: Call) -> Json:
    """The inside of one's own `t2`, without its envelope; an application without a user has only features."""
    if call.user is None:
        return {"features": {}}
    client = next(iter(call.world.apps))
    return {**call.profiles.user(call.user), **shapes.ME, "oauth_client_id": client}


@routes.on("GET", "/user/{name}/about")
def about(call: Call) -> Json:
    """404 for an unknown name; a suspended account shows little more than that it is one."""
    return {"kind": "t2", "data": call.profiles.user(call.account(call.path["name"]))}


@routes.on("GET", "/api/username_available")
def username_available(call: Call) -> bool:
    """Whether nobody has the name; BAD_USERNAME for what cannot be one."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{3,20}", call.get("user")):
        raise ApiError("BAD_USERNAME")
    return call.get("user").lower() not in call.world.users


def _moderated(call: Call, place: Subreddit, name: str) -> Json:
    about = call.profiles.subreddit(place)["data"]
    keys = "banner_img banner_size community_icon created created_utc icon_img icon_size key_color name primary_color"
    return {
        **{key: about[key] for key in f"{keys} subreddit_type subscribers title url whitelist_status".split()},
        "mod_permissions": list(place.moderators[name].permissions),
        "over_18": place.over18,
        "sr": place.name,
        "sr_display_name_prefixed": f"r/{place.name}",
        "user_can_crosspost": True,
    }


@routes.on("GET", "/user/{name}/moderated_subreddits")
def moderated_subreddits(call: Call) -> Json:
    """An empty object, not an empty list, for somebody who moderates nothing."""
    name = call.account(call.path["name"]).name.lower()
    found = [place for place in call.world.subreddits.values() if name in place.moderators]
    return {"kind": "ModeratedList", "data": [_moderated(call, place, name) for place in found]} if found else {}


@routes.on("GET", "/subreddits/mine/{what}")
def my_subreddits(call: Call) -> Json:
    """Subreddits that the user moderates, may write in or subscribes to."""
    user, what = call.require_user(), call.path["what"]
    places = call.world.subreddits.values()
    if what == "moderator":
        return listing([call.profiles.subreddit(place) for place in places if place.is_moderator(user)])
    if what == "contributor":
        return listing([call.profiles.subreddit(place) for place in places if user.name.lower() in place.contributors])
    if what == "subscriber":
        return listing([call.profiles.subreddit(place) for place in places if place.name.lower() in user.subscribed])
    raise not_implemented()


# Blocking


@routes.on("POST", "/api/block")
def block(call: Call) -> Json:
    """Block the author of something that is in the inbox."""
    user = call.require_user()
    thing = call.world.thing(call.get("id"))
    if thing is None or thing.author is None or all(notice.fullname != call.get("id") for notice in user.inbox):
        raise HttpError(403, "Forbidden")
    user.blocked[thing.author.lower()] = call.world.now()
    return {}


@routes.on("POST", "/api/block_user")
def block_user(call: Call) -> Json:
    """Block a user by name."""
    user, other = call.require_user(), call.account(call.get("name"))
    user.blocked[other.name.lower()] = call.world.now()
    about = call.profiles.user(other)
    return {"date": call.world.now(), "icon_img": about.get("icon_img", ""), "id": other.fullname, "name": other.name}


@routes.on("GET", "/prefs/blocked")
def blocked(call: Call) -> Json:
    """Everybody whom the user blocks."""
    user = call.require_user()
    children = []
    for name, since in user.blocked.items():
        other = call.world.user(name)
        children.append({"date": since, "rel_id": f"r9_{other.id}", "name": other.name, "id": other.fullname})
    return {"kind": "UserList", "data": {"children": children}}


@routes.on("POST", "/api/quarantine_optin")
def quarantine_opt_in(call: Call) -> Answer:
    """Look into a quarantined subreddit from now on; answered by a redirect to it."""
    name = call.get("sr_name")
    call.require_user().opted_in.add(name.lower())
    return Answer({}, 302, {"location": f"{call.world.base_url}/r/{name}.json"})


@routes.on("POST", "/api/quarantine_optout")
def quarantine_opt_out(call: Call) -> Answer:
    """Look into it no more."""
    name = call.get("sr_name")
    call.require_user().opted_in.discard(name.lower())
    return Answer({}, 302, {"location": f"{call.world.base_url}/r/{name}.json"})
