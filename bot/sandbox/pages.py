"""The pages that people see: the same posts and comments as HTML."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, RedirectResponse
from markupsafe import Markup

from .markup import links, to_html
from .playing import frame, person
from .records import Comment, Post
from .subreddit_records import Subreddit
from .templating import TEMPLATES, html_page
from .things import Json, Things
from .trees import Tree
from .world import World

router = APIRouter()
_MOST_POSTS = 50


def _missing(what: str, status: int = 404) -> Response:
    return html_page("missing.html", status, title=what)


def _world(request: Request) -> World:
    world: World = request.app.state.world
    return world


def _ago(world: World, when: float) -> str:
    """How long ago, in the largest unit that fits."""
    seconds = max(0, int(world.now() - when))
    for name, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            count = seconds // size
            return f"{count} {name}{'s' if count > 1 else ''} ago"
    return "just now"


def _linked_pictures(text: str) -> list[str]:
    """The addresses in a comment that show a picture or a film: by their ending, or as a result of the bot."""
    found = []
    for link in links(text):
        parts = urlsplit(link)
        if parts.scheme in ("http", "https") and (
            parts.path.lower().endswith((".jpg", ".jpeg", ".png", ".mp4")) or "/results/" in parts.path
        ):
            found.append(link)
    return found


def _inline(world: World, things: Things, ids: Sequence[str]) -> dict[str, str]:
    return {one: things.previews.url(world.pictures[one]) for one in ids if one in world.pictures}


def _post_pictures(world: World, things: Things, post: Post) -> list[str]:
    """What the post shows: its own pictures or, for a crosspost, those of the post it points at."""
    if post.kind == "crosspost":
        parent = world.posts.get((post.crosspost_parent or "").removeprefix("t3_"))
        return _post_pictures(world, things, parent) if parent else []
    if post.deleted or post.removed_by_category:
        return []
    if post.kind == "video":
        return [f"{world.base_url}/v.redd.it/{post.video}/{world.videos[post.video].name}"]
    if post.kind == "link":
        return _linked_pictures(f"<{post.url}>")
    # Pictures of a self post stand in its text.
    return [] if post.kind == "self" else list(_inline(world, things, post.pictures).values())


def _show_post(world: World, things: Things, post: Post) -> Json:
    data = things.post(post)["data"]
    parent = world.posts.get((post.crosspost_parent or "").removeprefix("t3_"))
    return {
        **data,
        "ago": _ago(world, post.created_utc),
        "html": Markup(to_html(data["selftext"], _inline(world, things, post.pictures))),  # noqa: S704 - made safe there
        "pictures": _post_pictures(world, things, post),
        "link": data["url"]
        if post.kind in ("link", "video") and urlsplit(data["url"]).scheme in ("http", "https")
        else None,
        "parent": {"title": parent.title, "permalink": things.permalink(parent)} if parent else None,
    }


def _show_comment(world: World, things: Things, node: Json) -> Json:
    """One node of a tree for the template, its replies with it."""
    data = node["data"]
    if node["kind"] == "more":
        above = world.thing(data["parent_id"])
        path = things.permalink(above) if isinstance(above, Post | Comment) else ""
        return {"more": True, "count": data["count"], "permalink": path}
    replies = data["replies"]["data"]["children"] if data["replies"] else []
    comment = world.comments[data["id"]]
    return {
        **data,
        "more": False,
        "ago": _ago(world, data["created_utc"]),
        "html": Markup(to_html(data["body"], _inline(world, things, comment.media))),  # noqa: S704 - made safe there
        "pictures": _linked_pictures(data["body"]),
        "replies": [_show_comment(world, things, reply) for reply in replies],
    }


def _closed(place: Subreddit) -> str | None:
    if place.kind == "private":
        return f"r/{place.name} is private"
    return f"r/{place.name} is quarantined" if place.quarantine else None


def _open_place(world: World, name: str) -> Subreddit | Response:
    """The subreddit, or the page that says why it cannot be seen."""
    place = world.subreddits.get(name.lower())
    if place is None:
        return _missing(f"There is no r/{name} here")
    closed = _closed(place)
    return _missing(closed, 403) if closed else place


@router.get("/sandbox.css")
def style() -> Response:
    """The only style sheet."""
    return FileResponse(TEMPLATES / "sandbox.css", media_type="text/css")


@router.get("/favicon.ico")
def icon() -> Response:
    """None; browsers ask for it."""
    return Response(status_code=204)


@router.get("/")
def front(request: Request) -> Response:
    """All subreddits and the newest posts."""
    world = _world(request)
    with world.guard:
        things = Things(world, None)
        open_places = {place.name for place in world.subreddits.values() if _closed(place) is None}
        posts = [post for post in world.posts.values() if post.subreddit in open_places]
        return html_page(
            "posts.html",
            title="Sandbox",
            place=None,
            **frame(request),
            places=sorted(place.name for place in world.subreddits.values()),
            posts=[_show_post(world, things, post) for post in _newest(posts)],
            comments=[],
        )


def _newest(posts: Sequence[Post]) -> list[Post]:
    shown = [post for post in posts if not post.deleted and post.removed_by_category is None]
    shown.reverse()
    shown.sort(key=lambda post: -post.created_utc)
    return shown[:_MOST_POSTS]


@router.get("/r/{subreddit}")
@router.get("/r/{subreddit}/new")
@router.get("/r/{subreddit}/hot")
def subreddit_page(request: Request, subreddit: str) -> Response:
    """The newest posts of a subreddit."""
    world = _world(request)
    with world.guard:
        place = _open_place(world, subreddit)
        if not isinstance(place, Subreddit):
            return place
        things = Things(world, None)
        posts = _newest([post for post in world.posts.values() if post.subreddit == place.name])
        shown = [_show_post(world, things, post) for post in posts]
        values: Json = {"title": f"r/{place.name}", "places": [], "posts": shown, "comments": [], "place": place.name}
        return html_page("posts.html", **values, **frame(request))


@router.get("/user/{name}")
@router.get("/u/{name}")
def user_page(request: Request, name: str) -> Response:
    """The newest posts and comments of a user."""
    world = _world(request)
    with world.guard:
        user = world.users.get(name.lower())
        if user is None:
            return _missing(f"There is no u/{name} here")
        things = Things(world, None)
        seen = {place.name for place in world.subreddits.values() if _closed(place) is None}
        posts = [post for post in world.posts.values() if post.author == user.name and post.subreddit in seen]
        comments = [
            comment
            for comment in reversed(world.replies_by(user.name))
            if world.posts[comment.post].subreddit in seen and not comment.deleted and not comment.removed_by_category
        ][:_MOST_POSTS]
        return html_page(
            "posts.html",
            title=f"u/{user.name}",
            place=None,
            **frame(request),
            places=[],
            posts=[_show_post(world, things, post) for post in _newest(posts)],
            comments=[_show_comment(world, things, things.comment(comment)) for comment in comments],
        )


@router.get("/r/{subreddit}/comments/{post_id}")
@router.get("/r/{subreddit}/comments/{post_id}/{slug}")
@router.get("/r/{subreddit}/comments/{post_id}/{slug}/{comment_id}")
@router.get("/comments/{post_id}")
@router.get("/comments/{post_id}/{slug}/{comment_id}")
def thread_page(request: Request, post_id: str, comment_id: str | None = None, context: int = 0) -> Response:
    """A post with its comments, or with the branch around one comment."""
    world = _world(request)
    with world.guard:
        post = world.posts.get(post_id.lower())
        if post is None:
            return _missing("There is no such post here")
        if closed := _closed(world.subreddit(post.subreddit)):
            return _missing(closed, 403)
        things = Things(world, None)
        tree = Tree(world, things, post, sort="confidence")
        comment = world.comments.get((comment_id or "").lower())
        whole = comment is None or comment.post != post.id
        nodes = tree.below(post.fullname) if whole or comment is None else tree.around(comment, max(0, context))
        shown = [_show_comment(world, things, node) for node in nodes]
        values: Json = {"title": post.title, "post": _show_post(world, things, post), "comments": shown, "whole": whole}
        moderates = world.subreddit(post.subreddit).is_moderator(person(request))
        return html_page("thread.html", **values, moderates=moderates, **frame(request))


@router.get("/r/{subreddit}/wiki/{page:path}")
def wiki_page(request: Request, subreddit: str, page: str) -> Response:
    """A page of a subreddit's wiki, or the list of those that the visitor may see: `pages`."""
    world = _world(request)
    with world.guard:
        place = _open_place(world, subreddit)
        if not isinstance(place, Subreddit):
            return place
        moderates = place.is_moderator(person(request))
        seen = {name: one for name, one in place.wiki.items() if one.revisions and (moderates or one.permlevel < 2)}
        values: Json = {"place": place.name, **frame(request)}
        name = page.strip("/").lower()
        if name in {"", "pages"}:
            return html_page("wiki.html", title="wiki", names=sorted(seen), **values)
        if name not in seen:
            hidden = name in place.wiki
            return _missing("Only moderators see this page" if hidden else "There is no such page in this wiki")
        last = seen[name].revisions[-1]
        html = Markup(to_html(last.content))  # noqa: S704 - made safe there
        saved: Json = {"author": last.author, "ago": _ago(world, last.created_utc), "reason": last.reason}
        return html_page("wiki.html", title=name, html=html, **saved, **values)


@router.get("/gallery/{post_id}")
def gallery_page(request: Request, post_id: str) -> Response:
    """To the thread of the gallery."""
    return _redirect_to(_world(request), f"t3_{post_id}")


@router.get("/r/{subreddit}/s/{token}")
def shared_page(request: Request, token: str) -> Response:
    """To what was shared."""
    world = _world(request)
    return _redirect_to(world, world.share_links.get(token, ""))


@router.get("/{name}")
def short_page(request: Request, name: str) -> Response:
    """To the thread of the post of that id, as redd.it does; also to any post or comment by its fullname."""
    fullname = name if name.startswith(("t1_", "t3_")) else f"t3_{name}"
    return _redirect_to(_world(request), fullname)


def _redirect_to(world: World, fullname: str) -> Response:
    with world.guard:
        thing = world.thing(fullname)
        if not isinstance(thing, Post | Comment):
            return _missing("There is nothing here")
        return RedirectResponse(Things(world, None).permalink(thing), 302)


@router.get("/{path:path}")
def nothing(path: str) -> Response:
    """Everything else."""
    return _missing(f"There is nothing at /{path}")
