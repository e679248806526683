"""Searching posts."""

import re
import shlex

from ..calls import Call, Routes
from ..ordering import ordered, things_page, visible, within
from ..records import Post
from ..things import Json

routes = Routes()
_RELEVANCE = "relevance"


def _terms(query: str) -> list[str]:
    """Words, and phrases in quotation marks with what stands before them."""
    try:
        return shlex.split(query.replace("'", r"\'"))
    except ValueError:
        return query.split()


def _says(call: Call, post: Post, term: str) -> bool:
    """Whether a term is true of a post: a word of its title or text, or `field:value`."""
    field, colon, value = term.lower().partition(":")
    if field.startswith("-"):
        return not _says(call, post, term[1:])
    fields: dict[str, str] = {
        "title": post.title,
        "selftext": post.text,
        "author": post.author,
        "flair": post.flair or "",
        "subreddit": post.subreddit,
        "url": post.url,
        "site": str(call.things.post(post)["data"]["domain"]),
    }
    flags = {"self": post.kind == "self", "nsfw": post.over_18}
    if colon and field in flags:
        return flags[field] == (value in ("yes", "true", "1"))
    if colon and field in ("author", "subreddit"):
        return fields[field].lower() == value
    if colon and field in fields:
        return value in fields[field].lower()
    return re.search(rf"\b{re.escape(term.lower())}\b", f"{post.title} {post.text}".lower()) is not None


@routes.on("GET", "/search", "/r/{subreddit}/search")
def search(call: Call) -> Json:
    """Posts of which all terms are true: words, `"phrases"`, `title:`, `author:`, `flair:`, `-without`, `a OR b`.

    Without `restrict_sr` the whole of Reddit is searched, whatever subreddit is in the path. `sort` is `relevance`
    (posts with a word in the title first), `new`, `hot`, `top` or `comments`; `t` the time.
    """
    if not call.flag("restrict_sr"):
        call.path["subreddit"] = "all"
    names = {place.name for place in call.places()}
    choices = [_terms(part) for part in re.split(r"\s+OR\s+", call.get("q")) if part.strip()]
    found = [
        post
        for post in call.world.posts.values()
        if post.subreddit in names and any(all(_says(call, post, term) for term in terms) for terms in choices)
    ]
    order = call.get("sort", _RELEVANCE)
    results = ordered(within(call, visible(found)), order)
    if order == _RELEVANCE:
        words = [term.lower() for terms in choices for term in terms]
        results.sort(
            key=lambda post: not (isinstance(post, Post) and any(word in post.title.lower() for word in words))
        )
    return things_page(call, results)
