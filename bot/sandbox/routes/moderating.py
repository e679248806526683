"""Small acts on one thing: approve, remove, lock, mark, hide, save, vote, report."""

from collections.abc import Callable

from ..calls import Call, Routes
from ..errors import ApiError, HttpError, forbidden
from ..records import Comment, Message, Post
from ..subreddit_records import Subreddit
from ..things import Json

routes = Routes()
MOST_STICKIED = 2


def _place(call: Call, thing: Post | Comment) -> Subreddit:
    return call.world.subreddit(call.world.post_of(thing).subreddit)


def _moderated_thing(call: Call) -> Post | Comment:
    """The thing that is named, if the caller moderates the subreddit it is in."""
    call.require_user()
    thing = call.thing(call.get("id"))
    if isinstance(thing, Message) or not _place(call, thing).is_moderator(call.user):
        raise forbidden()
    return thing


def _log(call: Call, thing: Post | Comment, action: str) -> None:
    """Write into the log, where some acts are named after the sort of thing too."""
    if action in ("approve", "remove", "spam"):
        action += "link" if isinstance(thing, Post) else "comment"
    call.world.log(_place(call, thing), call.require_user().name, action, thing.fullname)


@routes.on("POST", "/api/approve")
def approve(call: Call) -> Json:
    """Put back what was removed."""
    thing = _moderated_thing(call)
    call.world.approve(thing.fullname, call.require_user().name)
    _log(call, thing, "approve")
    return {}


@routes.on("POST", "/api/remove")
def remove(call: Call) -> Json:
    """Take away, as spam or not."""
    thing = _moderated_thing(call)
    call.world.remove(thing.fullname, by=call.require_user().name, spam=call.flag("spam"))
    _log(call, thing, "spam" if call.flag("spam") else "remove")
    return {}


def _setter(name: str, change: Callable[[Post | Comment], None], *, authors_too: bool = False) -> None:
    """Serve `/api/NAME` by a change that moderators (and perhaps the author) may make."""

    def handler(call: Call) -> Json:
        user = call.require_user()
        thing = call.thing(call.get("id"))
        mine = not isinstance(thing, Message) and authors_too and thing.author == user.name
        if isinstance(thing, Message) or not (mine or _place(call, thing).is_moderator(user)):
            raise forbidden()
        change(thing)
        _log(call, thing, name)
        return {}

    routes.on("POST", f"/api/{name}")(handler)


def _set(field: str, value: object) -> Callable[[Post | Comment], None]:
    return lambda thing: setattr(thing, field, value)


_setter("lock", _set("locked", True))
_setter("unlock", _set("locked", False))
_setter("marknsfw", _set("over_18", True), authors_too=True)
_setter("unmarknsfw", _set("over_18", False), authors_too=True)
_setter("spoiler", _set("spoiler", True), authors_too=True)
_setter("unspoiler", _set("spoiler", False), authors_too=True)
_setter("ignore_reports", _set("ignores_reports", True))
_setter("unignore_reports", _set("ignores_reports", False))
_setter("show_comment", _set("collapsed", False))


@routes.on("POST", "/api/sendreplies")
def send_replies(call: Call) -> Json:
    """Whether replies to one's own thing arrive in the inbox."""
    thing = call.thing(call.get("id"))
    if isinstance(thing, Message) or thing.author != call.require_user().name:
        raise forbidden()
    thing.send_replies = call.flag("state")
    return {}


@routes.on("POST", "/api/distinguish")
def distinguish(call: Call) -> Json:
    """Mark one's own thing as a moderator's (`how=yes`), and stick a top-level comment to the top."""
    thing = _moderated_thing(call)
    thing.distinguished = {"yes": "moderator", "admin": "admin", "special": "special"}.get(call.get("how"))
    if isinstance(thing, Comment) and call.get("sticky"):
        thing.stickied = call.flag("sticky") and thing.parent.startswith("t3_")
    rendered = call.things.comment(thing) if isinstance(thing, Comment) else call.things.post(thing)
    return {"json": {"errors": [], "data": {"things": [rendered]}}}


def _moderated_post(call: Call, fullname: str) -> Post:
    call.form["id"] = fullname
    thing = _moderated_thing(call)
    if not isinstance(thing, Post):
        raise forbidden()
    return thing


@routes.on("POST", "/api/set_subreddit_sticky")
def set_sticky(call: Call) -> Json:
    """Stick a post to the top, below the other one or (`num=1`) above it; 409 when it is there already."""
    if call.flag("to_profile"):
        return _pin(call)
    post, world = _moderated_post(call, call.get("id")), call.world
    if not call.flag("state"):
        post.stickied = False
        return {"json": {"errors": []}}
    if post.stickied:
        raise HttpError(409, "Conflict")
    there = [one for one in world.posts.values() if one.subreddit == post.subreddit and one.stickied]
    there.sort(key=lambda one: one.stickied_at)
    if len(there) == MOST_STICKIED:  # the lower one gives way
        there.pop().stickied = False
    order = [post, *there] if call.get("num") == "1" else [*there, post]
    for place, one in enumerate(order):
        one.stickied, one.stickied_at = True, float(place)
    _log(call, post, "sticky")
    return {"json": {"errors": []}}


def _pin(call: Call) -> Json:
    """Pin one's own post to one's own profile; 409 when it is there already."""
    post = call.thing(call.get("id"))
    if not isinstance(post, Post) or post.author != call.require_user().name:
        raise forbidden()
    if post.pinned and call.flag("state"):
        raise HttpError(409, "Conflict")
    post.pinned = call.flag("state")
    return {"json": {"errors": []}}


@routes.on("POST", "/api/set_contest_mode")
def set_contest_mode(call: Call) -> Json:
    """Comments in random order and without scores, or not; the sandbox only remembers it."""
    post = _moderated_post(call, call.get("id"))
    post.contest_mode = call.flag("state")
    _log(call, post, "setcontestmode" if post.contest_mode else "unsetcontestmode")
    return {"json": {"errors": []}}


@routes.on("POST", "/api/set_suggested_sort")
def set_suggested_sort(call: Call) -> Json:
    """In which order a post's comments are shown at first; `blank` takes the suggestion back."""
    post = _moderated_post(call, call.get("id"))
    post.suggested_sort = None if call.get("sort") in ("", "blank") else call.get("sort")
    _log(call, post, "setsuggestedsort")
    return {"json": {"errors": []}}


@routes.on("POST", "/api/set_original_content")
def set_original_content(call: Call) -> Json:
    """Whether the author made it themselves."""
    _moderated_post(call, call.get("fullname")).original_content = call.flag("should_set_oc")
    return {}


@routes.on("POST", "/api/update_crowd_control_level")
def set_crowd_control(call: Call) -> Json:
    """How many comments of strangers are collapsed, 0 to 3; the sandbox only remembers it."""
    post = _moderated_post(call, call.get("id"))
    post.crowd_control = min(int(call.get("level")), 3) if call.get("level").isdecimal() else 0
    names = ("off", "lenient", "medium", "strict")
    place, moderator = _place(call, post), call.require_user().name
    call.world.log(place, moderator, "adjust_post_crowd_control_level", post.fullname, names[post.crowd_control])
    return {}


@routes.on("POST", "/api/store_visits")
def store_visits(call: Call) -> Json:
    """Posts that the user has seen; PRAW shows it as `visited`."""
    call.require_user().visited.update(call.get("links").split(","))
    return {}


@routes.on("POST", "/api/report")
def report(call: Call) -> Json:
    """Tell the moderators."""
    call.require_user()
    thing = call.thing(call.get("id"))
    if not isinstance(thing, Message):
        call.world.report(thing.fullname, call.require_user().name, call.get("reason"))
    return {"json": {"errors": []}}


@routes.on("POST", "/api/hide")
def hide(call: Call) -> Json:
    """Keep posts out of one's own listings."""
    call.require_user().hidden.update(call.get("id").split(","))
    return {}


@routes.on("POST", "/api/unhide")
def unhide(call: Call) -> Json:
    """Show posts again."""
    call.require_user().hidden.difference_update(call.get("id").split(","))
    return {}


@routes.on("POST", "/api/save")
def save(call: Call) -> Json:
    """Remember a thing."""
    call.require_user().saved.add(call.get("id"))
    return {}


@routes.on("POST", "/api/unsave")
def unsave(call: Call) -> Json:
    """Forget a remembered thing."""
    call.require_user().saved.discard(call.get("id"))
    return {}


@routes.on("POST", "/api/vote")
def vote(call: Call) -> Json:
    """1, -1, or 0 to take the vote back."""
    user, thing = call.require_user(), call.thing(call.get("id"))
    if isinstance(thing, Message) or call.get("dir") not in ("-1", "0", "1"):
        raise ApiError("NOT_AUTHOR")
    call.world.vote(thing.fullname, user.name, int(call.get("dir")))
    return {}
