"""Drafts of posts."""

from ..account_records import Draft
from ..calls import Call, Routes
from ..errors import not_found
from ..things import Json

routes = Routes()
_FLAGS = ("is_public_link", "nsfw", "original_content", "send_replies", "spoiler")
_TEXTS = ("body", "flair_id", "flair_text", "kind", "subreddit", "target", "title")


def _saved(call: Call, draft: Draft) -> Json:
    count = len(call.require_user().drafts)
    return {"json": {"errors": [], "data": {"drafts_count": count, "id": draft.id}}}


def _change(call: Call, draft: Draft) -> None:
    draft.fields |= {name: call.flag(name) for name in _FLAGS if call.form.get(name)}
    draft.fields |= {name: call.get(name) for name in _TEXTS if call.form.get(name)}
    draft.modified_utc = call.world.now()


def _find(call: Call, draft_id: str) -> Draft:
    found = call.require_user().drafts.get(draft_id)
    if found is None:
        raise not_found()
    return found


@routes.on("GET", "/api/v1/drafts")
def drafts(call: Call) -> Json:
    """All of one's own, with the subreddits that they are for."""
    shown = []
    wanted: set[str] = set()
    for draft in call.require_user().drafts.values():
        known: Json = {**dict.fromkeys(_FLAGS, False), **dict.fromkeys(_TEXTS), **draft.fields}
        known |= {"content_category": None, "flair": None}
        known["subreddit"] = known["subreddit"] or None
        wanted.add(str(known["subreddit"]))
        shown.append(
            known
            | {"id": draft.id, "created": int(draft.created_utc * 1000), "modified": int(draft.modified_utc * 1000)}
        )
    places = [place for place in call.world.subreddits.values() if place.fullname in wanted]
    return {"drafts": shown, "subreddits": [call.profiles.subreddit(place)["data"] for place in places]}


@routes.on("POST", "/api/v1/draft")
def create(call: Call) -> Json:
    """A new one."""
    draft = Draft(call.world.new_uuid(), call.world.now(), call.world.now())
    call.require_user().drafts[draft.id] = draft
    _change(call, draft)
    return _saved(call, draft)


@routes.on("PUT", "/api/v1/draft")
def update(call: Call) -> Json:
    """Change what the request names."""
    draft = _find(call, call.get("id"))
    _change(call, draft)
    return _saved(call, draft)


@routes.on("DELETE", "/api/v1/draft")
def delete(call: Call) -> Json:
    """Drop one."""
    draft = _find(call, call.get("draft_id"))
    del call.require_user().drafts[draft.id]
    return _saved(call, draft)
