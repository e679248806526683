"""Finding subreddits."""

from collections.abc import Iterable
from typing import Any

from ..calls import Call, Routes
from ..paging import page
from ..subreddit_records import Subreddit
from ..things import Json

routes = Routes()


def _places(call: Call) -> list[Subreddit]:
    """Those that everybody may know of, the newest first."""
    found = [place for place in reversed(call.world.subreddits.values()) if place.kind != "private"]
    return sorted(found, key=lambda place: -place.created_utc)


def _page(call: Call, places: Iterable[Subreddit]) -> Json:
    return page(call, list(places), lambda place: place.fullname, call.profiles.subreddit)


@routes.on("GET", "/subreddits/new")
def newest(call: Call) -> Json:
    """The newest first."""
    return _page(call, _places(call))


@routes.on("GET", "/subreddits/popular", "/subreddits/default", "/subreddits")
def popular(call: Call) -> Json:
    """Those with the most subscribers first."""
    return _page(call, sorted(_places(call), key=lambda place: -place.subscribers))


@routes.on("GET", "/subreddits/premium")
def premium(call: Call) -> Json:
    """None: nobody pays here."""
    return _page(call, ())


@routes.on("GET", "/subreddits/search")
def search(call: Call) -> Json:
    """Those with the words in their name, title or description."""
    words = call.get("q").lower().split()

    def says(place: Subreddit, word: str) -> bool:
        return any(word in text.lower() for text in (place.name, place.title, place.description))

    return _page(call, (place for place in _places(call) if words and all(says(place, word) for word in words)))


@routes.on("GET POST", "/api/search_reddit_names")
def names(call: Call) -> Json:
    """Names that begin like that, or with `exact` are that."""
    query, exact = call.get("query").lower(), call.flag("exact")
    adult = call.get("include_over_18", "true").lower() != "false"
    found = [
        place.name
        for place in call.world.subreddits.values()
        if (place.name.lower() == query if exact else place.name.lower().startswith(query))
        and (adult or not place.over18)
    ]
    return {"names": sorted(found, key=str.lower)[:10]}


@routes.on("GET", "/api/recommend/sr/{names}")
def recommend(call: Call) -> Any:
    """Subreddits in which the same people have posted, without those that are named."""
    given, omitted = ({one.lower() for one in text.split(",")} for text in (call.path["names"], call.get("omit")))
    posts = call.world.posts.values()
    people = {post.author for post in posts if post.subreddit.lower() in given}
    others = dict.fromkeys(post.subreddit for post in posts if post.author in people)
    return [{"sr_name": name} for name in others if name.lower() not in given | omitted]
