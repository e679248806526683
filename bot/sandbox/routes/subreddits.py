"""Subreddits: what they say of themselves, their moderators and their log."""

from .. import shapes
from ..calls import Call, Routes
from ..errors import ApiError, not_found
from ..paging import page
from ..records import Comment, ModAction, Moderator, Post, Subreddit
from ..things import Json

routes = Routes()


@routes.on("GET", "/r/{subreddit}/about")
def about(call: Call) -> Json:
    """The `t5`."""
    return call.things.subreddit(call.subreddit(call.path["subreddit"]))


@routes.on("GET", "/r/{subreddit}/about/rules")
def rules(call: Call) -> Json:
    """The subreddit's rules, with Reddit's own."""
    place = call.subreddit(call.path["subreddit"])
    return {"rules": place.rules, "site_rules": ["Spam"], "site_rules_flow": []}


@routes.on("GET", "/api/v1/{subreddit}/post_requirements")
def post_requirements(call: Call) -> Json:
    """What a post has to be like to be taken."""
    place = call.subreddit(call.path["subreddit"])
    return {**shapes.POST_REQUIREMENTS, **place.requirements}


# Moderators


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
    return [part[1:] for part in text.split(",") if part.startswith("+")] or ["all"]


@routes.on("POST", "/r/{subreddit}/api/friend")
def friend(call: Call) -> Json:
    """Invite a moderator (`type=moderator` too: it becomes an invitation), ban, mute or approve a user."""
    place, kind = call.moderated(call.path["subreddit"]), call.get("type")
    other = call.world.users.get(call.get("name").lower())
    if other is None:
        raise ApiError("USER_DOESNT_EXIST")
    if kind == "banned":
        call.world.ban(place.name, other.name)
    elif kind == "muted":
        call.world.mute(place.name, other.name)
    else:
        if kind == "contributor":
            place.contributors.add(other.name.lower())
        elif kind in ("moderator", "moderator_invite"):
            call.world.invite_moderator(place.name, other.name, _permissions(call.get("permissions")))
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
    else:
        {"banned": place.banned, "muted": place.muted, "contributor": place.contributors}.get(kind, set()).discard(name)
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


# The log


def _action(call: Call, place: Subreddit, entry: ModAction) -> Json:
    target = call.world.thing(entry.target or "")
    found = isinstance(target, Post | Comment)
    data = {
        "id": entry.id,
        "action": entry.action,
        "created_utc": entry.created_utc,
        "description": None,
        "details": entry.details,
        "mod": entry.moderator,
        "mod_id36": call.world.user(entry.moderator).id,
        "sr_id36": place.id,
        "subreddit": place.name,
        "subreddit_name_prefixed": f"r/{place.name}",
        "target_author": target.author if isinstance(target, Post | Comment) else "",
        "target_body": target.body if isinstance(target, Comment) else None,
        "target_fullname": entry.target,
        "target_permalink": call.things.permalink(target) if isinstance(target, Post | Comment) else None,
        "target_title": call.world.post_of(target).title if isinstance(target, Post | Comment) and found else None,
    }
    return {"kind": "modaction", "data": data}


@routes.on("GET", "/r/{subreddit}/about/log")
def log(call: Call) -> Json:
    """The moderation log, newest first; of all moderated subreddits as r/mod. `type` and `mod` filter."""
    call.require_user()
    name = call.path["subreddit"]
    if name.lower() == "mod":
        places = [place for place in call.world.subreddits.values() if place.is_moderator(call.user)]
    else:
        places = [call.moderated(part) for part in name.split("+")]
    wanted, by = call.get("type"), call.get("mod").lower()
    entries = [
        (place, entry)
        for place in places
        for entry in place.log
        if wanted in ("", entry.action) and by in ("", entry.moderator.lower())
    ]
    entries.sort(key=lambda pair: pair[1].id, reverse=True)
    return page(call, entries, lambda pair: pair[1].id, lambda pair: _action(call, *pair))


# Last, because the path would match the log's and others' too.


@routes.on("GET", "/r/{subreddit}/about/{what}")
def lists(call: Call) -> Json:
    """Moderators (for everybody), and who is banned, muted or approved (for moderators)."""
    what, name = call.path["what"], call.path["subreddit"]
    wanted = call.get("user").lower()
    if what == "moderators":
        place = call.subreddit(name)
        children = [
            _user(call, one.name) | {"mod_permissions": one.permissions, "date": one.since}
            for one in place.moderators.values()
        ]
        for child in children:
            child |= {"rel_id": f"rb_{child['id'][3:]}", "author_flair_text": None, "author_flair_css_class": None}
    elif what in ("banned", "muted", "contributors"):
        place = call.moderated(name)
        names: set[str] = getattr(place, what)
        children = [_user(call, one) | {"date": place.created_utc} for one in sorted(names)]
    else:
        raise not_found()
    return {
        "kind": "UserList",
        "data": {"children": [one for one in children if wanted in ("", str(one["name"]).lower())]},
    }
