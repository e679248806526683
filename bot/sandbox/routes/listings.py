"""Posts and comments of subreddits and users, page by page, and threads."""

from collections.abc import Callable, Sequence

from ..calls import Answer, Call, Routes
from ..errors import HttpError, not_found
from ..paging import page
from ..records import Comment, Post
from ..things import Json, listing
from ..trees import DEEPEST, DEFAULT_LIMIT, Tree

routes = Routes()
MOST_INFO = 100
MOST_COMMENTS = 500
MOST_CONTEXT = 8
_EVERYWHERE = ("all", "popular")


def _newest(things: Sequence[Post | Comment]) -> list[Post | Comment]:
    # Newest first, and among those of the same second the later one: the order they came in decides.
    newest = list(reversed(things))
    newest.sort(key=lambda thing: -thing.created_utc)
    return newest


def _sorted(things: Sequence[Post | Comment], order: str) -> list[Post | Comment]:
    newest = _newest(things)
    if order == "top":
        return sorted(newest, key=lambda thing: -thing.score)
    return newest


def _render(call: Call, thing: Post | Comment) -> Json:
    return call.things.post(thing) if isinstance(thing, Post) else call.things.comment(thing)


def _things_page(call: Call, things: Sequence[Post | Comment], order: str = "new") -> Json:
    return page(call, _sorted(things, order), lambda thing: thing.fullname, lambda thing: _render(call, thing))


def _places(call: Call) -> set[str]:
    """The names of the subreddits that a path means: one, several with +, all, or the moderated ones."""
    name = call.path.get("subreddit", "")
    if name.lower() in _EVERYWHERE or not name:
        hidden = ("private",)
        return {
            place.name for place in call.world.subreddits.values() if place.kind not in hidden and not place.quarantine
        }
    if name.lower() == "mod":
        return {place.name for place in call.world.subreddits.values() if place.is_moderator(call.user)}
    return {call.subreddit(part).name for part in name.split("+")}


def _visible(things: Sequence[Post | Comment]) -> list[Post | Comment]:
    return [thing for thing in things if not thing.deleted and thing.removed_by_category is None]


_ORDERS = ("new", "hot", "top", "rising", "controversial", "best")


def _front(order: str) -> Callable[[Call], Json]:
    def posts(call: Call) -> Json:
        places = _places(call)
        found = _visible([post for post in call.world.posts.values() if post.subreddit in places])
        if order == "hot":
            found.sort(key=lambda thing: thing.stickied)
        seen = call.user.hidden if call.user else set()
        return _things_page(call, [thing for thing in found if thing.fullname not in seen], order)

    return posts


for _order in _ORDERS:
    routes.on("GET", f"/{_order}", f"/r/{{subreddit}}/{_order}")(_front(_order))
routes.on("GET", "/", "/r/{subreddit}")(_front("hot"))


@routes.on("GET", "/r/{subreddit}/comments", "/comments")
def subreddit_comments(call: Call) -> Json:
    """The newest comments of a subreddit."""
    places = _places(call)
    found = [comment for comment in call.world.comments.values() if call.world.post_of(comment).subreddit in places]
    return _things_page(call, _visible(found))


# Users


@routes.on("GET", "/user/{name}/{what}")
def user_things(call: Call) -> Json:
    """Comments, posts or both; saved and hidden ones only of the caller."""
    user, what, world = call.account(call.path["name"]), call.path["what"], call.world
    if user.suspended:
        raise not_found()
    comments: list[Post | Comment] = [comment for comment in world.comments.values() if comment.author == user.name]
    posts: list[Post | Comment] = [post for post in world.posts.values() if post.author == user.name]
    if what in ("saved", "hidden", "upvoted", "downvoted"):
        if user is not call.user:
            raise HttpError(403, "Forbidden")
        chosen = {"saved": user.saved, "hidden": user.hidden}.get(what, set())
        everything: list[Post | Comment] = [*world.comments.values(), *world.posts.values()]
        return _things_page(call, [thing for thing in everything if thing.fullname in chosen])
    found = {"comments": comments, "submitted": posts, "overview": comments + posts}.get(what)
    if found is None:
        raise not_found()
    return _things_page(call, _visible(found), call.get("sort", "new"))


@routes.on("GET", "/user/{name}")
def user_overview(call: Call) -> Json:
    """The same as `overview`."""
    call.path["what"] = "overview"
    result: Json = user_things(call)
    return result


# Threads


def _thread(call: Call, post_id: str, comment_id: str | None) -> list[Json]:
    post = call.world.posts.get(post_id)
    if post is None:
        raise not_found()
    call.check_visible(call.world.subreddit(post.subreddit))
    tree = Tree(
        call.world,
        call.things,
        post,
        sort=call.get("sort", "confidence"),
        limit=call.number("limit", DEFAULT_LIMIT, most=MOST_COMMENTS),
        depth=call.number("depth", DEEPEST, most=DEEPEST),
    )
    comment = call.world.comments.get(comment_id or "")
    if comment is None or comment.post != post.id or not tree.shows(comment):
        below = tree.below(post.fullname)
    else:
        below = tree.around(comment, call.number("context", 0, most=MOST_CONTEXT))
    return [listing([call.things.post(post)]), listing(below)]


@routes.on(
    "GET",
    "/comments/{id}",
    "/comments/{id}/{slug}",
    "/r/{subreddit}/comments/{id}",
    "/r/{subreddit}/comments/{id}/{slug}",
)
def thread(call: Call) -> list[Json]:
    """The post and the tree of its comments."""
    return _thread(call, call.path["id"].lower(), call.query.get("comment"))


@routes.on("GET", "/comments/{id}/{slug}/{comment}", "/r/{subreddit}/comments/{id}/{slug}/{comment}")
def branch(call: Call) -> list[Json]:
    """The post and the branch around one comment; one that is not to be seen gives the whole tree."""
    return _thread(call, call.path["id"].lower(), call.path["comment"].lower())


@routes.on("GET POST", "/api/morechildren")
def more_children(call: Call) -> object:
    """The comments that a `more` object stood for, flat; 400 in plain text for ids that cannot be."""
    post = call.world.posts.get(call.get("link_id").removeprefix("t3_"))
    ids = call.get("children").split(",")
    if post is None or not all(part.isalnum() or part == "" for part in ids):
        raise HttpError(400, "Bad Request")
    call.check_visible(call.world.subreddit(post.subreddit))
    tree = Tree(call.world, call.things, post, sort=call.get("sort", "confidence"))
    comments = [call.world.comments[part] for part in ids if part in call.world.comments]
    return {"json": {"errors": [], "data": {"things": tree.flat(comments)}}}


@routes.on("GET", "/r/{subreddit}/s/{token}")
def share_link(call: Call) -> Answer:
    """301 to the post or comment that was shared."""
    fullname = call.world.share_links.get(call.path["token"])
    thing = call.world.thing(fullname) if fullname else None
    if not isinstance(thing, Post | Comment):
        raise not_found()
    query = "share_id=sandbox&utm_content=1&utm_medium=web&utm_name=share&utm_source=share&utm_term=1"
    location = f"{call.world.base_url}{call.things.permalink(thing)}?{query}"
    return Answer({}, 301, {"location": location})


@routes.on("GET", "/api/info", "/r/{subreddit}/api/info")
def info(call: Call) -> Json:
    """Things by fullname, subreddit name or address; what does not exist is left out without a word."""
    world = call.world
    found: list[Json] = []
    for fullname in call.get("id").split(",")[:MOST_INFO]:
        thing = world.thing(fullname)
        if isinstance(thing, Post | Comment):
            found.append(_render(call, thing))
        elif fullname.startswith("t5_"):
            found.extend(call.things.subreddit(one) for one in world.subreddits.values() if one.fullname == fullname)
    names = [name.lower() for name in call.get("sr_name").split(",") if name][:MOST_INFO]
    found.extend(call.things.subreddit(world.subreddits[name]) for name in names if name in world.subreddits)
    if call.get("url"):
        rendered = [call.things.post(post) for post in world.posts.values()]
        found.extend(post for post in rendered if post["data"].get("url") == call.get("url"))
    return listing(found)
