"""Posts and comments of subreddits and users, page by page, and threads."""

from collections.abc import Callable
from typing import cast

from ..calls import Answer, Call, Routes
from ..errors import HttpError, forbidden, not_found, not_implemented
from ..ordering import ORDERS, newest_first, ordered, render, things_page, visible, within
from ..records import Comment, Post
from ..things import Json, listing
from ..trees import DEEPEST, DEFAULT_LIMIT, Tree

routes = Routes()
MOST_INFO = 100
MOST_COMMENTS = 500
MOST_CONTEXT = 8


def _posts_of(call: Call) -> list[Post | Comment]:
    names = {place.name for place in call.places()}
    hidden = call.user.hidden if call.user else set()
    posts = [post for post in call.world.posts.values() if post.subreddit in names and post.fullname not in hidden]
    return visible(posts)


def _front(order: str) -> Callable[[Call], Json]:
    def posts(call: Call) -> Json:
        found = _posts_of(call)
        if order in ("top", "controversial"):
            found = within(call, found)
        found = ordered(found, order)
        if order == "hot" and len(call.places()) == 1:
            found.sort(key=lambda thing: not thing.stickied)
        return things_page(call, found)

    return posts


for _order in ORDERS:
    routes.on("GET", f"/{_order}", f"/r/{{subreddit}}/{_order}")(_front(_order))
routes.on("GET", "/", "/r/{subreddit}")(_front("hot"))


@routes.on("GET", "/r/{subreddit}/comments", "/comments")
def subreddit_comments(call: Call) -> Json:
    """The newest comments of a subreddit."""
    names = {place.name for place in call.places()}
    found = [comment for comment in call.world.comments.values() if call.world.post_of(comment).subreddit in names]
    return things_page(call, newest_first(visible(found)))


@routes.on("GET", "/domain/{domain}", "/domain/{domain}/{order}")
def domain(call: Call) -> Json:
    """Posts that link to a host."""
    order, wanted = call.path.get("order", "hot"), call.path["domain"].lower()
    if order not in ORDERS:
        raise not_found()
    found = [post for post in _posts_of(call) if call.things.post(cast(Post, post))["data"]["domain"].lower() == wanted]
    return things_page(call, ordered(within(call, found), order))


@routes.on("GET", "/duplicates/{id}")
def duplicates(call: Call) -> list[Json]:
    """The post, and the other posts that link to the same address or are crossposts of it."""
    post = call.world.posts.get(call.path["id"].lower())
    if post is None:
        raise not_found()
    same: list[Post | Comment] = [
        other
        for other in call.world.posts.values()
        if other is not post and ((post.url and other.url == post.url) or post.fullname == other.crosspost_parent)
    ]
    return [listing([call.things.post(post)]), things_page(call, newest_first(visible(same)))]


# Users


@routes.on("GET", "/user/{name}/{what}")
def user_things(call: Call) -> Json:
    """Comments, posts or both; saved and hidden ones only of the caller."""
    user, what, world = call.account(call.path["name"]), call.path["what"], call.world
    if user.suspended:
        raise not_found()
    comments: list[Post | Comment] = [comment for comment in world.comments.values() if comment.author == user.name]
    posts: list[Post | Comment] = [post for post in world.posts.values() if post.author == user.name]
    everything: list[Post | Comment] = [*world.comments.values(), *world.posts.values()]
    if what in ("saved", "hidden", "upvoted", "downvoted"):
        if user is not call.user:
            raise forbidden()
        chosen: Callable[[Post | Comment], bool] = {
            "saved": lambda thing: thing.fullname in user.saved,
            "hidden": lambda thing: thing.fullname in user.hidden,
            "upvoted": lambda thing: isinstance(thing, Post) and call.things.vote_on(thing) == 1,
            "downvoted": lambda thing: isinstance(thing, Post) and call.things.vote_on(thing) == -1,
        }[what]
        return things_page(call, newest_first([thing for thing in everything if chosen(thing)]))
    found = {"comments": comments, "submitted": posts, "overview": comments + posts}.get(what)
    if found is None:
        raise not_implemented()
    return things_page(call, ordered(within(call, visible(found)), call.get("sort", "new")))


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


@routes.on("GET", "/r/{subreddit}/s/{token}", "/u/{name}/s/{token}", "/user/{name}/s/{token}")
def share_link(call: Call) -> Answer:
    """301 to the post or comment that was shared, or to the path or address that a test has put there."""
    shared = call.world.share_links.get(call.path["token"]) or ""
    if shared.startswith("/"):
        return Answer({}, 301, {"location": f"{call.world.base_url}{shared}"})
    if shared.startswith("http:"):
        return Answer({}, 301, {"location": shared})
    thing = call.world.thing(shared)
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
            found.append(render(call, thing))
        elif fullname.startswith("t5_"):
            found.extend(call.profiles.subreddit(one) for one in world.subreddits.values() if one.fullname == fullname)
    names = [name.lower() for name in call.get("sr_name").split(",") if name][:MOST_INFO]
    found.extend(call.profiles.subreddit(world.subreddits[name]) for name in names if name in world.subreddits)
    if call.get("url"):
        rendered = [call.things.post(post) for post in world.posts.values()]
        found.extend(post for post in rendered if post["data"].get("url") == call.get("url"))
    return listing(found)
