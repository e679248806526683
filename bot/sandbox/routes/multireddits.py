"""Multireddits, and the filters of r/all and r/mod, which have the same shape."""

import json
from typing import Any

from ..account_records import Multireddit
from ..calls import Answer, Call, Routes
from ..errors import HttpError, forbidden
from ..markup import to_reddit_html
from ..ordering import ORDERS, newest_first, ordered, things_page, visible, within
from ..things import Json

routes = Routes()
_FILTERED = ("all", "mod")


def _missing() -> HttpError:
    return HttpError(
        404,
        "Not Found",
        bare=True,
        fields=["multipath"],
        reason="MULTI_NOT_FOUND",
        explanation="that multireddit doesn't exist",
    )


def _find(call: Call, *, to_change: bool = False) -> Multireddit:
    """The multireddit in the path; 404 for private ones of others, 403 for others' to change."""
    owner = call.account(call.path["name"])
    found = owner.multireddits.get(call.path["multi"].lower())
    if found is None or (found.visibility != "public" and owner is not call.user):
        raise _missing()
    if to_change and owner is not call.user:
        raise forbidden()
    return found


def _shown(call: Call, multi: Multireddit, sort: str = "m") -> Json:
    data = {
        "name": multi.name,
        "display_name": multi.display_name,
        "path": f"/user/{multi.owner}/{sort}/{multi.name}/",
        "owner": multi.owner,
        "can_edit": call.user is not None and call.user.name == multi.owner,
        "created": multi.created_utc,
        "created_utc": multi.created_utc,
        "description_md": multi.description,
        "description_html": to_reddit_html(multi.description) if multi.description else "",
        "subreddits": [{"name": name} for name in multi.subreddits],
        "visibility": multi.visibility,
        "copied_from": multi.copied_from,
        "icon_name": "",
        "icon_url": None,
        "key_color": "",
        "num_subscribers": 0,
        "over_18": False,
        "weighting_scheme": "classic",
    }
    return {"kind": "LabeledMulti", "data": data}


def _model(call: Call) -> dict[str, Any]:
    try:
        return dict(json.loads(call.get("model") or "{}"))
    except ValueError as error:
        raise HttpError(400, "Bad Request") from error


def _slug(title: str) -> str:
    return "_".join("".join(letter if letter.isalnum() else " " for letter in title.lower()).split())[:50]


def _change(multi: Multireddit, model: dict[str, Any]) -> None:
    multi.display_name = model.get("display_name") or multi.display_name
    multi.description = model.get("description_md") or multi.description
    multi.visibility = model.get("visibility") or multi.visibility
    if "subreddits" in model:
        multi.subreddits = [one["name"] for one in model["subreddits"]]


@routes.on("GET", "/api/multi/mine")
def mine(call: Call) -> Any:
    """One's own."""
    return [_shown(call, multi) for multi in call.require_user().multireddits.values()]


@routes.on("GET", "/api/multi/user/{name}")
def of_user(call: Call) -> Any:
    """Somebody's public ones, or all of one's own."""
    owner = call.account(call.path["name"])
    found = owner.multireddits.values()
    return [_shown(call, multi) for multi in found if multi.visibility == "public" or owner is call.user]


@routes.on("POST", "/api/multi")
def create(call: Call) -> Answer:
    """A new one, from the JSON in `model`; its name is made out of the display name."""
    user, model = call.require_user(), _model(call)
    display_name = str(model.get("display_name", ""))
    multi = Multireddit(_slug(display_name), user.name, display_name, call.world.now())
    _change(multi, model)
    user.multireddits[multi.name.lower()] = multi
    return Answer(_shown(call, multi), 201)


@routes.on("POST", "/api/multi/copy")
def copy(call: Call) -> Json:
    """A copy of anybody's multireddit among one's own."""
    user = call.require_user()
    _, owner, _, name = call.get("from").strip("/").split("/")
    call.path |= {"name": owner, "multi": name}
    source = _find(call)
    target = call.get("to").strip("/").split("/")[-1]
    made = Multireddit(
        target,
        user.name,
        call.get("display_name") or source.display_name,
        call.world.now(),
        description=f"copied from /user/{source.owner}/m/{source.name}",
        subreddits=list(source.subreddits),
        copied_from=f"/user/{source.owner}/m/{source.name}",
    )
    user.multireddits[target.lower()] = made
    return _shown(call, made)


@routes.on("GET", "/api/multi/user/{name}/m/{multi}")
def show(call: Call) -> Json:
    """One of them."""
    return _shown(call, _find(call))


@routes.on("PUT", "/api/multi/user/{name}/m/{multi}")
def update(call: Call) -> Json:
    """Change it by the JSON in `model`."""
    multi = _find(call, to_change=True)
    _change(multi, _model(call))
    return _shown(call, multi)


@routes.on("DELETE", "/api/multi/user/{name}/m/{multi}")
def delete(call: Call) -> None:
    """Drop it."""
    call.require_user().multireddits.pop(_find(call, to_change=True).name.lower())


@routes.on("PUT", "/api/multi/user/{name}/m/{multi}/r/{subreddit}")
def add(call: Call) -> Answer:
    """Put a subreddit in."""
    multi, place = _find(call, to_change=True), call.subreddit(call.path["subreddit"])
    if place.name not in multi.subreddits:
        multi.subreddits.append(place.name)
    return Answer({"name": place.name}, 201)


@routes.on("DELETE", "/api/multi/user/{name}/m/{multi}/r/{subreddit}")
def remove(call: Call) -> None:
    """Take a subreddit out."""
    multi = _find(call, to_change=True)
    multi.subreddits = [one for one in multi.subreddits if one.lower() != call.path["subreddit"].lower()]


@routes.on("GET", "/user/{name}/m/{multi}", "/user/{name}/m/{multi}/{order}")
def listing(call: Call) -> Json:
    """The posts of its subreddits, or with `comments` their comments."""
    multi, order = _find(call), call.path.get("order", "hot")
    call.path["subreddit"] = "+".join(multi.subreddits)
    names = {place.name for place in call.places()} if multi.subreddits else set()
    if order == "comments":
        comments = [one for one in call.world.comments.values() if call.world.post_of(one).subreddit in names]
        return things_page(call, newest_first(visible(comments)))
    if order not in ORDERS:
        raise _missing()
    posts = [post for post in call.world.posts.values() if post.subreddit in names]
    return things_page(call, ordered(within(call, visible(posts)), order))


# Filters


def _filter(call: Call) -> set[str]:
    user, special = call.require_user(), call.path["special"].lower()
    if special not in _FILTERED or call.path["name"].lower() != user.name.lower():
        raise _missing()
    return user.filters.setdefault(special, set())


@routes.on("GET", "/api/filter/user/{name}/f/{special}")
def filters(call: Call) -> Json:
    """What is left out of r/all or r/mod."""
    names = [call.world.subreddit(name).name for name in sorted(_filter(call))]
    special = call.path["special"]
    multi = Multireddit(special, call.require_user().name, special, call.require_user().created_utc, subreddits=names)
    return _shown(call, multi, "f")


@routes.on("PUT", "/api/filter/user/{name}/f/{special}/r/{subreddit}")
def add_filter(call: Call) -> Answer:
    """Leave a subreddit out."""
    filtered, place = _filter(call), call.subreddit(call.path["subreddit"])
    filtered.add(place.name.lower())
    return Answer({"name": place.name}, 201)


@routes.on("DELETE", "/api/filter/user/{name}/f/{special}/r/{subreddit}")
def remove_filter(call: Call) -> None:
    """Let it in again."""
    _filter(call).discard(call.path["subreddit"].lower())
