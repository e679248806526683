"""Why something was removed: the reasons of a subreddit, and telling the author."""

from ..calls import Call, Routes
from ..conversations import open_conversation
from ..errors import HttpError, forbidden, not_found
from ..records import Comment, Message, Post
from ..subreddit_records import RemovalReason, Subreddit
from ..things import Json

routes = Routes()


def _find(place: Subreddit, reason_id: str) -> RemovalReason:
    found = next((one for one in place.removal_reasons if one.id == reason_id), None)
    if found is None:
        raise not_found()
    return found


def _named(call: Call, fullnames: list[str]) -> list[Post | Comment]:
    """The things, all of which have to be in subreddits that the caller moderates."""
    found = []
    for fullname in fullnames:
        thing = call.thing(fullname)
        if isinstance(thing, Message):
            raise forbidden()
        call.moderated(call.world.post_of(thing).subreddit)
        found.append(thing)
    return found


@routes.on("POST", "/api/v1/modactions/removal_reasons")
def give_reason(call: Call) -> None:
    """Note the reason of a removal, and a note among moderators."""
    sent = call.sent_json()
    for thing in _named(call, sent["item_ids"]):
        place = call.world.subreddit(call.world.post_of(thing).subreddit)
        if sent.get("reason_id"):
            thing.removal_reason = _find(place, sent["reason_id"]).title
        thing.mod_note = sent.get("mod_note") or None
        call.world.log(place, call.require_user().name, "addremovalreason", thing.fullname, thing.removal_reason)


@routes.on("POST", "/api/v1/modactions/removal_comment_message", "/api/v1/modactions/removal_link_message")
def tell_author(call: Call) -> Json:
    """Tell the author why: with a comment (`public`, or in the subreddit's name) or with a message."""
    sent, user = call.sent_json(), call.require_user()
    [thing] = _named(call, sent["item_id"])
    if not thing.removed_by_category:
        raise HttpError(400, "Bad Request", reason="INVALID_ID", explanation="The item has not been removed.")
    place = call.world.subreddit(call.world.post_of(thing).subreddit)
    if sent["type"].startswith("public"):
        author = "AutoModerator" if sent["type"] == "public_as_subreddit" else user.name
        made = call.world.comment(thing.fullname, author, sent["message"])
        made.distinguished, made.locked = "moderator", True
        made.stickied = isinstance(thing, Post)
        rendered: Json = call.things.comment(made)["data"]
        return rendered
    hidden = sent["type"] == "private"
    open_conversation(call.world, place, user, sent["title"], sent["message"], to=thing.author, hidden=hidden)
    return {}


# After the others, because `/api/v1/modactions/...` would match too.


@routes.on("GET", "/api/v1/{subreddit}/removal_reasons")
def reasons(call: Call) -> Json:
    """All reasons by id, and their order."""
    place = call.moderated(call.path["subreddit"])
    return {
        "data": {one.id: vars(one) for one in place.removal_reasons},
        "order": [one.id for one in place.removal_reasons],
    }


@routes.on("POST", "/api/v1/{subreddit}/removal_reasons")
def add(call: Call) -> Json:
    """A new reason; its id."""
    place = call.moderated(call.path["subreddit"])
    reason = RemovalReason(f"{call.world.next_id('reason')}sbx", call.get("title"), call.get("message"))
    place.removal_reasons.append(reason)
    call.world.log(place, call.require_user().name, "createremovalreason", details=reason.title)
    return {"id": reason.id}


@routes.on("PUT", "/api/v1/{subreddit}/removal_reasons/{id}")
def update(call: Call) -> None:
    """Change a reason."""
    reason = _find(call.moderated(call.path["subreddit"]), call.path["id"])
    reason.title, reason.message = call.get("title", reason.title), call.get("message", reason.message)


@routes.on("DELETE", "/api/v1/{subreddit}/removal_reasons/{id}")
def delete(call: Call) -> None:
    """Drop a reason."""
    place = call.moderated(call.path["subreddit"])
    place.removal_reasons.remove(_find(place, call.path["id"]))
