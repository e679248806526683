"""Collections of posts."""

from typing import Any

from ..appearance_records import Collection
from ..calls import Call, Routes
from ..errors import ApiError, not_found
from ..records import Post
from ..subreddit_records import Subreddit
from ..things import Json, listing

routes = Routes()
_OK: Json = {"json": {"errors": []}}


def _place(call: Call, collection: Collection) -> Subreddit:
    return next(place for place in call.world.subreddits.values() if collection.id in place.collections)


def _shown(call: Call, collection: Collection) -> Json:
    place = _place(call, collection)
    return {
        "collection_id": collection.id,
        "subreddit_id": place.fullname,
        "author_name": collection.author,
        "author_id": call.world.user(collection.author).fullname,
        "title": collection.title,
        "description": collection.description,
        "display_layout": collection.display_layout,
        "link_ids": list(collection.links),
        "permalink": f"{call.world.base_url}/r/{place.name}/collection/{collection.id}",
        "created_at_utc": collection.created_utc,
        "last_update_utc": collection.updated_utc,
    }


def _find(call: Call) -> Collection:
    for place in call.world.subreddits.values():
        if call.get("collection_id") in place.collections:
            return place.collections[call.get("collection_id")]
    raise ApiError("INVALID_COLLECTION_ID")


def _moderated(call: Call) -> Collection:
    """The collection, if the caller moderates the subreddit it is in; it counts as changed now."""
    collection = _find(call)
    call.moderated(_place(call, collection).name)
    collection.updated_utc = call.world.now()
    return collection


@routes.on("GET", "/api/v1/collections/collection")
def show(call: Call) -> Json:
    """One collection, with `include_links` its posts too; an answer without one for an unknown id."""
    try:
        collection = _find(call)
    except ApiError:
        return _OK
    posts = [call.world.posts[link.removeprefix("t3_")] for link in collection.links]
    more = {"sorted_links": listing([call.things.post(post) for post in posts])} if call.flag("include_links") else {}
    return _shown(call, collection) | more


@routes.on("GET", "/api/v1/collections/subreddit_collections")
def of_subreddit(call: Call) -> Any:
    """All of a subreddit."""
    found = [place for place in call.world.subreddits.values() if place.fullname == call.get("sr_fullname")]
    if not found:
        raise not_found()
    call.check_visible(found[0])
    return [_shown(call, one) for one in found[0].collections.values()]


@routes.on("POST", "/api/v1/collections/create_collection")
def create(call: Call) -> Json:
    """A new, empty one."""
    found = [place for place in call.world.subreddits.values() if place.fullname == call.get("sr_fullname")]
    place = call.moderated(found[0].name if found else "")
    now, author = call.world.now(), call.require_user().name
    made = Collection(call.world.new_uuid(), author, call.get("title"), call.get("description"), now, now)
    made.display_layout = call.get("display_layout") or None
    place.collections[made.id] = made
    return _shown(call, made)


@routes.on("POST", "/api/v1/collections/delete_collection")
def delete(call: Call) -> Json:
    """Drop it; the posts stay."""
    collection = _moderated(call)
    del _place(call, collection).collections[collection.id]
    return _OK


@routes.on("POST", "/api/v1/collections/add_post_to_collection")
def add_post(call: Call) -> Json:
    """Put a post at the end."""
    collection, post = _moderated(call), call.thing(call.get("link_fullname"))
    if isinstance(post, Post) and post.fullname not in collection.links:
        collection.links.append(post.fullname)
    return _OK


@routes.on("POST", "/api/v1/collections/remove_post_in_collection")
def remove_post(call: Call) -> Json:
    """Take a post out."""
    collection = _moderated(call)
    collection.links[:] = [link for link in collection.links if link != call.get("link_fullname")]
    return _OK


@routes.on("POST", "/api/v1/collections/reorder_collection")
def reorder(call: Call) -> Json:
    """All posts in their new order."""
    collection, order = _moderated(call), call.get("link_ids").split(",")
    if sorted(order) != sorted(collection.links):
        raise ApiError("INVALID_COLLECTION_ID")
    collection.links[:] = order
    return _OK


@routes.on("POST", "/api/v1/collections/update_collection_title")
def set_title(call: Call) -> Json:
    """A new title."""
    _moderated(call).title = call.get("title")
    return _OK


@routes.on("POST", "/api/v1/collections/update_collection_description")
def set_description(call: Call) -> Json:
    """A new description."""
    _moderated(call).description = call.get("description")
    return _OK


@routes.on("POST", "/api/v1/collections/update_collection_display_layout")
def set_layout(call: Call) -> Json:
    """`TIMELINE`, `GALLERY` or none."""
    _moderated(call).display_layout = call.get("display_layout") or None
    return _OK


@routes.on("POST", "/api/v1/collections/follow_collection")
def follow(call: Call) -> Json:
    """Be told of new posts in it, or no longer."""
    followers = _find(call).followers
    (followers.add if call.flag("follow") else followers.discard)(call.require_user().name.lower())
    return _OK
