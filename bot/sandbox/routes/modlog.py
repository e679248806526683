"""The moderation log."""

from ..calls import Call, Routes
from ..paging import page
from ..records import Comment, Post
from ..subreddit_records import ModAction, Subreddit
from ..things import Json

routes = Routes()


def _action(call: Call, place: Subreddit, entry: ModAction) -> Json:
    target = call.world.thing(entry.target or "")
    found = isinstance(target, Post | Comment)
    data = {
        "id": entry.id,
        "action": entry.action,
        "created_utc": entry.created_utc,
        "description": None,
        "details": entry.details,
        "mod": entry.moderator,
        "mod_id36": call.world.user(entry.moderator).id,
        "sr_id36": place.id,
        "subreddit": place.name,
        "subreddit_name_prefixed": f"r/{place.name}",
        "target_author": target.author if isinstance(target, Post | Comment) else "",
        "target_body": target.body if isinstance(target, Comment) else None,
        "target_fullname": entry.target,
        "target_permalink": call.things.permalink(target) if isinstance(target, Post | Comment) else None,
        "target_title": call.world.post_of(target).title if isinstance(target, Post | Comment) and found else None,
    }
    return {"kind": "modaction", "data": data}


@routes.on("GET", "/r/{subreddit}/about/log")
def log(call: Call) -> Json:
    """The moderation log, newest first; of all moderated subreddits as r/mod. `type` and `mod` filter."""
    call.require_user()
    name = call.path["subreddit"]
    if name.lower() == "mod":
        places = [place for place in call.world.subreddits.values() if place.is_moderator(call.user)]
    else:
        places = [call.moderated(part) for part in name.split("+")]
    wanted, by = call.get("type"), call.get("mod").lower()
    entries = [
        (place, entry)
        for place in places
        for entry in place.log
        if wanted in ("", entry.action) and by in ("", entry.moderator.lower())
    ]
    entries.sort(key=lambda pair: pair[1].id, reverse=True)
    return page(call, entries, lambda pair: pair[1].id, lambda pair: _action(call, *pair))
