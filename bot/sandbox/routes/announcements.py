"""Announcements: messages of Reddit itself to everybody."""

from datetime import UTC, datetime

from ..account_records import Announcement
from ..calls import Call, Routes
from ..markup import to_html
from ..records import User
from ..things import Json

routes = Routes()


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _shown(call: Call, user: User, one: Announcement) -> Json:
    read = one.read_by.get(user.name.lower())
    return {
        "id": f"ann_{one.id}",
        "author_fullname": call.world.user(one.author).fullname,
        "author_name": one.author,
        "permalink": f"/announcement/{one.id}",
        "subject": one.subject,
        "body": one.body,
        "body_html": to_html(one.body),
        "sent_at": _date(one.sent_utc),
        "read_at": None if read is None else _date(read),
    }


def _for(call: Call, user: User) -> list[Announcement]:
    return [one for one in reversed(call.world.announcements.values()) if user.name.lower() not in one.hidden_by]


@routes.on("GET", "/api/announcements/v1")
def announcements(call: Call) -> Json:
    """Those that the user has not hidden, newest first; all on one page."""
    user = call.require_user()
    return {"after": "", "before": "", "data": [_shown(call, user, one) for one in _for(call, user)]}


def _named(call: Call) -> list[Announcement]:
    ids = [one.removeprefix("ann_") for one in call.get("ids").split(",")]
    return [one for one in _for(call, call.require_user()) if one.id in ids]


@routes.on("POST", "/api/announcements/v1/hide")
def hide(call: Call) -> Json:
    """Show them no more."""
    for one in _named(call):
        one.hidden_by.add(call.require_user().name.lower())
    return {"ok": True}


@routes.on("POST", "/api/announcements/v1/read")
def read(call: Call) -> Json:
    """Mark as read."""
    for one in _named(call):
        one.read_by.setdefault(call.require_user().name.lower(), call.world.now())
    return {"ok": True}


@routes.on("POST", "/api/announcements/v1/read_all")
def read_all(call: Call) -> Json:
    """Mark all as read."""
    for one in _for(call, call.require_user()):
        one.read_by.setdefault(call.require_user().name.lower(), call.world.now())
    return {"ok": True}
