"""Other people: finding them, friends, trust, karma, trophies; and one's own preferences."""

from typing import Any

from .. import shapes
from ..account_records import Friend
from ..calls import Answer, Call, Routes
from ..errors import HttpError, not_found
from ..ordering import visible
from ..paging import page
from ..records import Post, User
from ..things import Json

routes = Routes()


def _unknown_user() -> HttpError:
    explanation = "that user doesn't exist"
    return HttpError(400, "Bad Request", bare=True, fields=["id"], reason="USER_DOESNT_EXIST", explanation=explanation)


def _karma(call: Call, user: User) -> dict[str, tuple[int, int]]:
    """Subreddit -> what posts and what comments earned there; the author's own vote earns nothing."""
    found: dict[str, tuple[int, int]] = {}
    for thing in visible([*call.world.posts.values(), *call.world.comments.values()]):
        if thing.author == user.name:
            place = call.world.post_of(thing).subreddit
            posts, comments = found.get(place, (0, 0))
            earned = thing.score - 1
            found[place] = (posts + earned, comments) if isinstance(thing, Post) else (posts, comments + earned)
    return found


@routes.on("GET", "/api/v1/me/karma")
def karma(call: Call) -> Json:
    """One's own, by subreddit."""
    rows = [
        {"sr": place, "link_karma": posts, "comment_karma": comments}
        for place, (posts, comments) in _karma(call, call.require_user()).items()
    ]
    return {"kind": "KarmaList", "data": rows}


@routes.on("GET", "/api/v1/user/{name}/trophies")
def trophies(call: Call) -> Json:
    """What an account was given; 400 for an unknown name."""
    account = call.world.users.get(call.path["name"].lower())
    if account is None:
        raise _unknown_user()
    shown = [
        {
            "kind": "t6",
            "data": {"name": name, "id": None, "award_id": None, "description": None, "url": None}
            | {"icon_40": "", "icon_70": "", "granted_at": None},
        }
        for name in account.trophies
    ]
    return {"kind": "TrophyList", "data": {"trophies": shown}}


@routes.on("GET", "/api/user_data_by_account_ids")
def by_ids(call: Call) -> Json:
    """A little about accounts, by fullname; unknown ones are left out, 404 when none is known."""
    wanted = set(call.get("ids").split(","))
    found: Json = {}
    for user in call.world.users.values():
        if user.fullname in wanted:
            earned = _karma(call, user).values()
            found[user.fullname] = {
                "name": user.name,
                "created_utc": user.created_utc,
                "link_karma": sum(posts for posts, _ in earned),
                "comment_karma": sum(comments for _, comments in earned),
                "profile_img": "",
                "profile_color": "",
                "profile_over_18": False,
            }
    if not found:
        raise not_found()
    return found


def _profiles(call: Call) -> Json:
    """The profiles of all accounts as subreddits, the newest account first."""
    users = list(reversed(call.world.users.values()))
    users.sort(key=lambda user: -user.created_utc)
    return page(call, users, lambda user: f"t5_u{user.id}", call.profiles.profile)


@routes.on("GET", "/users/new")
def newest(call: Call) -> Json:
    """The newest accounts, as the subreddits of their profiles."""
    return _profiles(call)


@routes.on("GET", "/users/popular")
def popular(call: Call) -> Json:
    """The same: nobody is more popular than others here."""
    return _profiles(call)


@routes.on("GET", "/users/search")
def search(call: Call) -> Json:
    """Accounts with the words in their names."""
    words = call.get("q").lower().split()
    found = [user for name, user in call.world.users.items() if words and all(word in name for word in words)]
    return page(call, found, lambda user: user.fullname, lambda user: {"kind": "t2", "data": call.profiles.user(user)})


# Friends and trusted users


def _listed(call: Call, names: dict[str, float]) -> Json:
    children = []
    for name, since in names.items():
        other = call.world.user(name)
        children.append({"date": since, "rel_id": f"r9_{other.id}", "name": other.name, "id": other.fullname})
    return {"kind": "UserList", "data": {"children": children}}


@routes.on("GET", "/api/v1/me/friends", "/prefs/friends")
def friends(call: Call) -> Json:
    """Everybody whom one follows."""
    return _listed(call, {name: friend.since for name, friend in call.require_user().friends.items()})


def _friend(call: Call, name: str) -> Json:
    friend = call.require_user().friends.get(name.lower())
    if friend is None:
        raise _unknown_user()
    [row] = _listed(call, {name.lower(): friend.since})["data"]["children"]
    return {**row, **({"note": friend.note} if friend.note else {})}


@routes.on("GET", "/api/v1/me/friends/{name}")
def friend_info(call: Call) -> Json:
    """Since when one follows somebody."""
    return _friend(call, call.path["name"])


@routes.on("PUT", "/api/v1/me/friends/{name}")
def add_friend(call: Call) -> Answer:
    """Follow somebody; the request is JSON."""
    other = call.account(call.path["name"])
    sent: dict[str, Any] = call.sent_json()
    call.require_user().friends[other.name.lower()] = Friend(call.world.now(), str(sent.get("note") or ""))
    return Answer(_friend(call, other.name), 201)


@routes.on("DELETE", "/api/v1/me/friends/{name}")
def remove_friend(call: Call) -> Answer:
    """Follow them no longer."""
    call.require_user().friends.pop(call.path["name"].lower(), None)
    return Answer(None, 204)


@routes.on("GET", "/prefs/trusted")
def trusted(call: Call) -> Json:
    """Who may write messages whatever else is set."""
    return _listed(call, call.require_user().trusted)


@routes.on("POST", "/api/add_whitelisted")
def trust(call: Call) -> Json:
    """Let somebody write messages."""
    call.require_user().trusted[call.account(call.get("name")).name.lower()] = call.world.now()
    return {"json": {"errors": []}}


@routes.on("POST", "/api/remove_whitelisted")
def distrust(call: Call) -> Json:
    """No longer."""
    call.require_user().trusted.pop(call.get("name").lower(), None)
    return {}


# Preferences


@routes.on("GET", "/api/v1/me/prefs")
def preferences(call: Call) -> Json:
    """One's own preferences."""
    return {**shapes.PREFERENCES, **call.require_user().preferences}


@routes.on("PATCH", "/api/v1/me/prefs")
def set_preferences(call: Call) -> Json:
    """Change some; those that Reddit does not know are passed over."""
    sent, user = call.sent_json(), call.require_user()
    user.preferences |= {name: value for name, value in sent.items() if name in shapes.PREFERENCES}
    return {**shapes.PREFERENCES, **user.preferences}
