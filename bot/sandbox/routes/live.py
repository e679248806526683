"""Live threads."""

from collections.abc import Iterable

from ..appearance_records import LiveThread, LiveUpdate
from ..calls import Answer, Call, Routes
from ..errors import ApiError, forbidden, not_found
from ..markup import to_reddit_html
from ..ordering import newest_first, things_page, visible
from ..paging import page
from ..records import User
from ..things import Json, listing

routes = Routes()
_OK: Json = {"json": {"errors": []}}


def _find(call: Call) -> LiveThread:
    found = call.world.live_threads.get(call.path["id"])
    if found is None:
        raise not_found()
    return found


def _contributed(call: Call, permission: str) -> LiveThread:
    """The thread, if the caller may do that in it."""
    thread = _find(call)
    if not {"all", permission} & set(thread.contributors.get(call.require_user().name.lower(), ())):
        raise forbidden()
    return thread


def _event(thread: LiveThread) -> Json:
    data = {
        "id": thread.id,
        "name": f"LiveUpdateEvent_{thread.id}",
        "title": thread.title,
        "description": thread.description,
        "description_html": to_reddit_html(thread.description) if thread.description else "",
        "resources": thread.resources,
        "resources_html": to_reddit_html(thread.resources) if thread.resources else "",
        "nsfw": thread.nsfw,
        "state": "complete" if thread.closed else "live",
        "created": thread.created_utc,
        "created_utc": thread.created_utc,
        "viewer_count": None if thread.closed else 0,
        "viewer_count_fuzzed": None if thread.closed else False,
        "websocket_url": None,
    }
    return {"kind": "LiveUpdateEvent", "data": data}


def _update(update: LiveUpdate) -> Json:
    data = {
        "id": update.id,
        "name": f"LiveUpdate_{update.id}",
        "author": update.author,
        "body": update.body,
        "body_html": to_reddit_html(update.body),
        "created": update.created_utc,
        "created_utc": update.created_utc,
        "stricken": update.stricken,
        "embeds": [],
        "mobile_embeds": [],
    }
    return {"kind": "LiveUpdate", "data": data}


@routes.on("POST", "/api/live/create")
def create(call: Call) -> Json:
    """A new thread; whoever makes it may do everything in it."""
    user = call.require_user()
    thread = LiveThread(f"{call.world.next_id('live')}sbx", call.get("title"), call.world.now())
    thread.description, thread.resources, thread.nsfw = (
        call.get("description"),
        call.get("resources"),
        call.flag("nsfw"),
    )
    thread.contributors[user.name.lower()] = ["all"]
    call.world.live_threads[thread.id] = thread
    return {"json": {"errors": [], "data": {"id": thread.id}}}


@routes.on("GET", "/api/live/happening_now")
def happening_now(call: Call) -> object:
    """The thread that was made last and goes on, or 204."""
    going_on = [thread for thread in call.world.live_threads.values() if not thread.closed]
    return _event(going_on[-1]) if going_on else Answer(None, 204)


@routes.on("GET", "/api/live/by_id/{ids}")
def by_id(call: Call) -> Json:
    """Several threads; unknown ids are left out."""
    threads = call.world.live_threads
    return listing([_event(threads[one]) for one in call.path["ids"].split(",") if one in threads])


@routes.on("GET", "/api/live/{id}/about")
def about(call: Call) -> Json:
    """What the thread says of itself."""
    return _event(_find(call))


@routes.on("GET", "/live/{id}")
def updates(call: Call) -> Json:
    """Its messages, newest first."""
    found = list(reversed(_find(call).updates))
    return page(call, found, lambda update: f"LiveUpdate_{update.id}", _update)


@routes.on("GET", "/live/{id}/updates/{update}")
def one_update(call: Call) -> Json:
    """One of its messages."""
    found = [update for update in _find(call).updates if update.id == call.path["update"]]
    if not found:
        raise not_found()
    return listing([_update(found[0])])


@routes.on("GET", "/live/{id}/discussions")
def discussions(call: Call) -> Json:
    """Posts that link to the thread."""
    path = f"/live/{_find(call).id}"
    return things_page(call, newest_first(visible([post for post in call.world.posts.values() if path in post.url])))


@routes.on("POST", "/api/live/{id}/report")
def report(call: Call) -> Json:
    """Tell Reddit."""
    call.require_user()
    _find(call).reports.append(call.get("type"))
    return _OK


# Contributing


@routes.on("POST", "/api/live/{id}/update")
def add(call: Call) -> Json:
    """A new message."""
    thread = _contributed(call, "update")
    if thread.closed:
        raise forbidden()
    if not call.get("body").strip():
        raise ApiError("NO_TEXT")
    author = call.require_user().name
    thread.updates.append(LiveUpdate(call.world.new_uuid(), author, call.get("body"), call.world.now()))
    return _OK


def _named_update(call: Call) -> LiveUpdate:
    """The message; one's own, or with the permission `edit` any."""
    thread, wanted = _contributed(call, "update"), call.get("id").removeprefix("LiveUpdate_")
    found = next((update for update in thread.updates if update.id == wanted), None)
    if found is None:
        raise not_found()
    if found.author != call.require_user().name:
        _contributed(call, "edit")
    return found


@routes.on("POST", "/api/live/{id}/strike_update")
def strike(call: Call) -> Json:
    """Mark a message as wrong."""
    _named_update(call).stricken = True
    return _OK


@routes.on("POST", "/api/live/{id}/delete_update")
def delete_update(call: Call) -> Json:
    """Take a message away."""
    _find(call).updates.remove(_named_update(call))
    return _OK


@routes.on("POST", "/api/live/{id}/close_thread")
def close(call: Call) -> Json:
    """End the thread."""
    _contributed(call, "close").closed = True
    return _OK


@routes.on("POST", "/api/live/{id}/edit")
def edit(call: Call) -> Json:
    """Change what it says of itself."""
    thread = _contributed(call, "settings")
    thread.title, thread.description = call.get("title", thread.title), call.get("description", thread.description)
    thread.resources = call.get("resources", thread.resources)
    thread.nsfw = call.flag("nsfw") if call.get("nsfw") else thread.nsfw
    return _OK


# Contributors


def _people(call: Call, people: dict[str, list[str]]) -> Json:
    children = []
    for name, permissions in people.items():
        user = call.world.user(name)
        children.append({"id": user.fullname, "name": user.name, "permissions": permissions})
    return {"kind": "UserList", "data": {"children": children}}


@routes.on("GET", "/live/{id}/contributors")
def contributors(call: Call) -> object:
    """Who contributes; for those who may invite, who is invited too."""
    thread = _find(call)
    permissions = thread.contributors.get(call.user.name.lower(), []) if call.user else []
    listed = _people(call, thread.contributors)
    return [listed, _people(call, thread.invited)] if {"all", "manage"} & set(permissions) else listed


def _permissions(call: Call) -> list[str]:
    return [part[1:] for part in call.get("permissions").split(",") if part.startswith("+")]


@routes.on("POST", "/api/live/{id}/invite_contributor")
def invite(call: Call) -> Json:
    """Ask somebody to contribute."""
    thread, other = _contributed(call, "manage"), call.account(call.get("name"))
    if other.name.lower() in thread.invited:
        raise ApiError("LIVEUPDATE_ALREADY_CONTRIBUTOR")
    thread.invited[other.name.lower()] = _permissions(call)
    return _OK


@routes.on("POST", "/api/live/{id}/accept_contributor_invite")
def accept(call: Call) -> Json:
    """Become a contributor."""
    thread, name = _find(call), call.require_user().name.lower()
    if name not in thread.invited:
        raise ApiError("LIVEUPDATE_NO_INVITE_FOUND")
    thread.contributors[name] = thread.invited.pop(name)
    return _OK


@routes.on("POST", "/api/live/{id}/leave_contributor")
def leave(call: Call) -> Json:
    """Contribute no longer."""
    _find(call).contributors.pop(call.require_user().name.lower(), None)
    return _OK


def _by_fullname(call: Call, people: Iterable[str]) -> User:
    for name in people:
        user = call.world.user(name)
        if user.fullname == call.get("id"):
            return user
    raise not_found()


@routes.on("POST", "/api/live/{id}/rm_contributor")
def remove(call: Call) -> Json:
    """Take a contributor off the list, by fullname."""
    people = _contributed(call, "manage").contributors
    del people[_by_fullname(call, people).name.lower()]
    return _OK


@routes.on("POST", "/api/live/{id}/rm_contributor_invite")
def remove_invite(call: Call) -> Json:
    """Take an invitation back, by fullname."""
    people = _contributed(call, "manage").invited
    del people[_by_fullname(call, people).name.lower()]
    return _OK


@routes.on("POST", "/api/live/{id}/set_contributor_permissions")
def set_permissions(call: Call) -> Json:
    """What a contributor, or an invited one, may do."""
    thread = _contributed(call, "manage")
    people = thread.invited if call.get("type").endswith("_invite") else thread.contributors
    name = call.account(call.get("name")).name.lower()
    if name not in people:
        raise not_found()
    people[name] = _permissions(call)
    return _OK
