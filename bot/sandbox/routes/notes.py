"""What moderators note about users."""

from ..calls import Call, Routes
from ..errors import HttpError
from ..subreddit_records import ModNote, Subreddit
from ..things import Json

routes = Routes()
LONGEST_NOTE = 250


def _note(call: Call, place: Subreddit, note: ModNote) -> Json:
    return {
        "id": note.id,
        "type": "NOTE",
        "subreddit": place.name,
        "subreddit_id": place.fullname,
        "operator": note.operator,
        "operator_id": call.world.user(note.operator).fullname,
        "user": note.user,
        "user_id": call.world.user(note.user).fullname,
        "user_note_data": {"note": note.note, "label": note.label, "reddit_id": note.about},
        "mod_action_data": {"action": None, "reddit_id": note.about, "details": None, "description": None},
        "created_at": int(note.created_utc),
        "cursor": note.id,
    }


def _about(call: Call, place: Subreddit, name: str) -> list[Json]:
    """The notes about a user, newest first."""
    return [_note(call, place, one) for one in reversed(place.notes) if one.user.lower() == name.lower()]


@routes.on("GET", "/api/mod/notes")
def notes(call: Call) -> Json:
    """All notes about one user; they come on one page."""
    place = call.moderated(call.get("subreddit"))
    found = _about(call, place, call.get("user")) if not call.get("before") else []
    return {"mod_notes": found, "start_cursor": None, "end_cursor": None, "has_next_page": False}


@routes.on("GET", "/api/mod/notes/recent")
def recent(call: Call) -> Json:
    """The newest note about each pair of subreddit and user; None where there is none."""
    places, users = call.get("subreddits").split(","), call.get("users").split(",")
    if not call.get("users") or len(places) != len(users):
        raise HttpError(
            400,
            "Bad Request",
            bare=True,
            fields=["accounts"],
            reason="PARAMETER_REQUIRED",
            explanation='The parameter "accounts" is required.',
        )
    found = [_about(call, call.moderated(place), name) for place, name in zip(places, users, strict=True)]
    return {"mod_notes": [one[0] if one else None for one in found]}


@routes.on("POST", "/api/mod/notes")
def create(call: Call) -> Json:
    """A new note."""
    place, user = call.moderated(call.get("subreddit")), call.account(call.get("user"))
    if not 0 < len(call.get("note")) <= LONGEST_NOTE:
        raise HttpError(400, "Bad Request", bare=True, fields=["note"], reason="TOO_LONG", explanation="too long")
    operator, label, about = call.require_user().name, call.get("label") or None, call.get("reddit_id") or None
    note = ModNote(
        f"ModNote_{call.world.new_uuid()}", user.name, operator, call.get("note"), call.world.now(), label, about
    )
    place.notes.append(note)
    call.world.log(place, operator, "addnote", about, note.note)
    return {"created": _note(call, place, note)}


@routes.on("DELETE", "/api/mod/notes")
def delete(call: Call) -> Json:
    """Drop a note."""
    place = call.moderated(call.get("subreddit"))
    before = len(place.notes)
    place.notes[:] = [one for one in place.notes if one.id != call.get("note_id")]
    return {"deleted": len(place.notes) < before}
