"""Widgets beside a subreddit's posts."""

import json
from typing import Any

from ..calls import Call, Routes
from ..errors import HttpError, not_found
from ..markup import to_reddit_html
from ..subreddit_records import Subreddit
from ..things import Json
from .media import styles_lease, styles_websocket

routes = Routes()
_COLOURS = {"headerColor": "", "backgroundColor": ""}
_SECTIONS = ("sidebar", "topbar")


def _own(place: Subreddit) -> Json:
    """The three that every subreddit has."""
    rules = [
        {"shortName": rule.short_name, "description": rule.description, "violationReason": rule.violation_reason}
        | {"createdUtc": rule.created_utc, "priority": number}
        for number, rule in enumerate(place.rules)
    ]
    no_flair: Json = {"authorFlairType": "text", "authorFlairText": None}
    mods = [{"name": one.name, **no_flair} for one in place.moderators.values()]
    own: Json = {
        f"widget_id-card-{place.id}": {
            "kind": "id-card",
            "shortName": "Community Details",
            "description": place.description,
            "subscribersCount": place.subscribers,
            "currentlyViewingCount": 0,
            "subscribersText": "",
            "currentlyViewingText": "",
        },
        f"widget_moderators-{place.id}": {"kind": "moderators", "mods": mods, "totalMods": len(mods)},
        f"widget_rules-{place.id}": {"kind": "subreddit-rules", "shortName": "Rules", "display": "full", "data": rules},
    }
    return {
        name: {"id": name, "styles": _COLOURS} | widget | place.appearance.widgets.get(name, {})
        for name, widget in own.items()
    }


def _custom(place: Subreddit) -> Json:
    return {name: widget for name, widget in place.appearance.widgets.items() if not name.endswith(f"-{place.id}")}


@routes.on("GET", "/r/{subreddit}/api/widgets")
def widgets(call: Call) -> Json:
    """All of them, and where each stands."""
    place = call.subreddit(call.path["subreddit"])
    own, look = _own(place), place.appearance
    card, moderators, rules = own
    layout = {
        "idCardWidget": card,
        "moderatorWidget": moderators,
        "sidebar": {"order": look.sidebar if rules in look.sidebar else [*look.sidebar, rules]},
        "topbar": {"order": list(look.topbar)},
    }
    return {"items": own | _custom(place), "layout": layout}


def _sent(call: Call) -> Any:
    try:
        return json.loads(call.get("json"))
    except ValueError as error:
        raise HttpError(400, "Bad Request") from error


def _finished(widget: Json) -> Json:
    """With the HTML of what was written as Markdown."""
    for name in ("text", "description"):
        if isinstance(widget.get(name), str):
            widget[f"{name}Html"] = to_reddit_html(widget[name])
    return widget


@routes.on("POST", "/r/{subreddit}/api/widget")
def create(call: Call) -> Json:
    """A new one, at the end of the sidebar; a menu belongs to the top."""
    place, widget = call.moderated(call.path["subreddit"]), _sent(call)
    widget["id"] = f"widget_{call.world.next_id('widget')}sbx"
    look = place.appearance
    look.widgets[widget["id"]] = _finished(widget)
    (look.topbar if widget["kind"] == "menu" else look.sidebar).append(widget["id"])
    return {**widget, "websocketUrl": styles_websocket(call)}


@routes.on("PUT", "/r/{subreddit}/api/widget/{id}")
def update(call: Call) -> Json:
    """Replace one."""
    place, name = call.moderated(call.path["subreddit"]), call.path["id"]
    if name not in _own(place) | place.appearance.widgets:
        raise not_found()
    place.appearance.widgets[name] = _finished({**_sent(call), "id": name})
    return {**place.appearance.widgets[name], "websocketUrl": styles_websocket(call)}


@routes.on("DELETE", "/r/{subreddit}/api/widget/{id}")
def delete(call: Call) -> None:
    """Drop one."""
    look, name = call.moderated(call.path["subreddit"]).appearance, call.path["id"]
    if look.widgets.pop(name, None) is None:
        raise not_found()
    for order in (look.sidebar, look.topbar):
        order[:] = [one for one in order if one != name]


@routes.on("PATCH", "/r/{subreddit}/api/widget_order/{section}")
def reorder(call: Call) -> None:
    """All widgets of a section in their new order."""
    look, section = call.moderated(call.path["subreddit"]).appearance, call.path["section"]
    if section not in _SECTIONS:
        raise not_found()
    setattr(look, section, [str(one) for one in _sent(call)])


@routes.on("POST", "/r/{subreddit}/api/widget_image_upload_s3")
def lease_image(call: Call) -> Json:
    """Permission to upload a picture for a widget."""
    place = call.moderated(call.path["subreddit"])
    return styles_lease(call, f"{place.fullname}/styles/image_widget_")
