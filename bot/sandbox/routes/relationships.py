"""Who is what in a subreddit: moderators, invited ones, approved, banned and muted users."""

from ..calls import Call, Routes
from ..errors import ApiError, not_implemented
from ..paging import page
from ..subreddit_records import Listed, Moderator, Subreddit
from ..things import Json

routes = Routes()
# `type` in a request -> the set of names of a subreddit.
_LISTS = {
    "banned": "banned",
    "muted": "muted",
    "contributor": "contributors",
    "wikibanned": "wikibanned",
    "wikicontributor": "wikicontributors",
}
_PERMISSIONS = ("access", "chat_config", "chat_operator", "config", "flair", "mail", "posts", "wiki")


def _user(call: Call, name: str) -> Json:
    user = call.world.user(name)
    return {"name": user.name, "id": user.fullname}


@routes.on("GET", "/api/v1/{subreddit}/moderators_invited")
def invited_moderators(call: Call) -> Json:
    """Invitations that nobody has accepted yet."""
    place = call.moderated(call.path["subreddit"])
    found: Json = {}
    for one in place.invited.values():
        user = call.world.user(one.name)
        found[user.fullname] = {
            "id": user.fullname,
            "username": user.name,
            "accountIcon": "",
            "iconSize": [256, 256],
            "authorFlairText": None,
            "moddedAtUTC": int(one.since),
            "modPermissions": dict.fromkeys(one.permissions, True),
            "postKarma": 0,
        }
    listed = {"moderators": found, "moderatorIds": list(found), "subredditId": place.fullname}
    return {**listed, "allUsersLoaded": True, "after": None, "before": None}


def _permissions(text: str) -> list[str]:
    """`+all`, or `-all,+mail,-wiki`: what stands there with a plus; nothing at all means everything."""
    if not text:
        return ["all"]
    if not {part[1:] for part in text.split(",")} <= {"all", *_PERMISSIONS}:
        raise ApiError("INVALID_PERMISSIONS")
    granted = {part[1:] for part in text.split(",") if part.startswith("+")}
    return ["all"] if "all" in granted else [one for one in _PERMISSIONS if one in granted]


@routes.on("POST", "/r/{subreddit}/api/friend")
def friend(call: Call) -> Json:
    """Invite a moderator (`type=moderator` too: it becomes an invitation), ban, mute or approve a user."""
    place, kind = call.moderated(call.path["subreddit"]), call.get("type")
    other = call.world.users.get(call.get("name").lower())
    if other is None:
        raise ApiError("USER_DOESNT_EXIST")
    if kind == "banned":
        days = int(call.get("duration")) if call.get("duration").isdecimal() else None
        call.world.ban(place.name, other.name, call.get("note") or call.get("ban_reason"), days)
        return {"json": {"errors": []}}
    if kind == "muted":
        call.world.mute(place.name, other.name)
        return {"json": {"errors": []}}
    if kind in ("moderator", "moderator_invite"):
        call.world.invite_moderator(place.name, other.name, _permissions(call.get("permissions")))
    elif kind in _LISTS:
        getattr(place, _LISTS[kind]).add(other.name.lower())
        place.listed[_LISTS[kind], other.name.lower()] = Listed(call.world.now(), call.get("note"))
    call.world.log(place, call.require_user().name, f"add{kind}")
    return {"json": {"errors": []}}


@routes.on("POST", "/r/{subreddit}/api/unfriend")
def unfriend(call: Call) -> Json:
    """Undo what `friend` does; without a name, or with one's own, leave; `enemy` unblocks."""
    user, kind = call.require_user(), call.get("type")
    name = call.get("name", user.name).lower()
    if kind == "enemy":
        user.blocked.pop(name, None)
        return {}
    leaves = kind == "moderator" and name == user.name.lower()
    place = call.subreddit(call.path["subreddit"]) if leaves else call.moderated(call.path["subreddit"])
    if kind == "moderator":
        place.moderators.pop(name, None)
    elif kind == "moderator_invite":
        place.invited.pop(name, None)
    elif kind in _LISTS:
        getattr(place, _LISTS[kind]).discard(name)
        place.listed.pop((_LISTS[kind], name), None)
    return {}


@routes.on("POST", "/r/{subreddit}/api/setpermissions")
def set_permissions(call: Call) -> Json:
    """What a moderator, or an invited one, may do."""
    place = call.moderated(call.path["subreddit"])
    names = place.invited if call.get("type") == "moderator_invite" else place.moderators
    found = names.get(call.get("name").lower())
    if found is None:
        raise ApiError("USER_DOESNT_EXIST")
    found.permissions = _permissions(call.get("permissions"))
    call.world.log(place, call.require_user().name, "setpermissions")
    return {"json": {"errors": []}}


@routes.on("POST", "/api/leavecontributor")
def leave_contributor(call: Call) -> Json:
    """Be an approved user no longer."""
    name = call.require_user().name.lower()
    for place in call.world.subreddits.values():
        if place.fullname == call.get("id"):
            place.contributors.discard(name)
    return {}


@routes.on("POST", "/r/{subreddit}/api/accept_moderator_invite")
def accept_invite(call: Call) -> Json:
    """Become a moderator."""
    user, place = call.require_user(), call.subreddit(call.path["subreddit"])
    invitation: Moderator | None = place.invited.pop(user.name.lower(), None)
    if invitation is None:
        raise ApiError("NO_INVITE_FOUND")
    place.moderators[user.name.lower()] = invitation
    call.world.log(place, user.name, "acceptmoderatorinvite")
    return {"json": {"errors": []}}


@routes.on("GET", "/r/{subreddit}/about/moderators")
def moderators(call: Call) -> Json:
    """The moderators, for everybody; `user` asks for one of them."""
    wanted = call.get("user").lower()
    children = [
        _user(call, one.name)
        | {"mod_permissions": one.permissions, "date": one.since}
        | {"rel_id": f"rb_{call.world.user(one.name).id}", "author_flair_text": None, "author_flair_css_class": None}
        for one in call.subreddit(call.path["subreddit"]).moderators.values()
        if wanted in ("", one.name.lower())
    ]
    return {"kind": "UserList", "data": {"children": children}}


def _listed(call: Call, place: Subreddit, what: str, name: str) -> Json:
    details = place.listed.get((what, name), Listed(place.created_utc))
    more: Json = {"note": details.note, "days_left": details.days} if what in ("banned", "wikibanned") else {}
    return _user(call, name) | {"date": details.since, "rel_id": f"rb_{call.world.user(name).id}"} | more


@routes.on("GET", "/r/{subreddit}/about/{what}")
def listed(call: Call) -> Json:
    """Who is banned, muted or approved: a listing, for moderators; `user` asks for one name."""
    what = call.path["what"]
    if what not in _LISTS.values():
        raise not_implemented()
    place = call.moderated(call.path["subreddit"])
    wanted = call.get("user").lower()
    names = sorted(name for name in getattr(place, what) if wanted in ("", name))
    return page(
        call, names, lambda name: f"rb_{call.world.user(name).id}", lambda name: _listed(call, place, what, name)
    )
