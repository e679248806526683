"""Modmail: conversations between users and the moderators of a subreddit."""

from collections.abc import Callable
from datetime import UTC, datetime

from ..calls import Answer, Call, Routes
from ..conversations import add_message, open_conversation
from ..errors import ApiError, HttpError, forbidden, not_found, not_implemented
from ..markup import to_reddit_html
from ..records import Conversation, ModmailMessage
from ..things import Json

routes = Routes()


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000000+00:00")


def _participant(call: Call, conversation: Conversation, name: str) -> Json:
    user = call.world.user(name)
    place = call.world.subreddit(conversation.subreddit)
    return {
        "isMod": place.is_moderator(user),
        "isAdmin": False,
        "name": user.name,
        "isOp": conversation.messages[0].author == user.name,
        "isParticipant": user.name == conversation.participant,
        "isApproved": user.name.lower() in place.contributors,
        "isHidden": False,
        "id": int(user.id, 36),
        "isDeleted": False,
    }


def _summary(call: Call, conversation: Conversation) -> Json:
    place = call.world.subreddit(conversation.subreddit)
    times: dict[bool, str] = {}
    for message in conversation.messages:
        times[place.is_moderator(call.world.user(message.author))] = _date(message.created_utc)
    authors = dict.fromkeys(message.author for message in conversation.messages)
    participant = conversation.participant
    return {
        "id": conversation.id,
        "subject": conversation.subject,
        "authors": [_participant(call, conversation, name) for name in authors],
        "participant": _participant(call, conversation, participant) if participant else {},
        "owner": {"displayName": place.name, "type": "subreddit", "id": place.fullname},
        "objIds": [{"id": message.id, "key": "messages"} for message in conversation.messages],
        "numMessages": len(conversation.messages),
        "isAuto": False,
        "isInternal": participant is None,
        "conversationType": "internal" if participant is None else "sr_user",
        "participantSubreddit": {},
        "isRepliable": True,
        "isHighlighted": conversation.highlighted,
        "lastModUpdate": times.get(True),
        "lastUserUpdate": times.get(False),
        "lastUpdated": _date(conversation.messages[-1].created_utc),
        "lastUnread": _date(conversation.messages[-1].created_utc) if conversation.unread_by else None,
        "legacyFirstMessageId": conversation.id,
        "state": 2 if conversation.archived else 0 if len(conversation.messages) == 1 else 1,
    }


def _message(call: Call, conversation: Conversation, message: ModmailMessage) -> Json:
    author = _participant(call, conversation, message.author) | {"isHidden": message.hidden_author}
    return {
        "id": message.id,
        "author": author,
        "body": to_reddit_html(message.body),
        "bodyMarkdown": message.body,
        "date": _date(message.created_utc),
        "isInternal": message.internal,
        "participatingAs": "moderator" if author["isMod"] else "participant_user",
    }


def _full(call: Call, conversation: Conversation) -> Json:
    user: Json = {}
    if conversation.participant:
        account = call.world.user(conversation.participant)
        place, name = call.world.subreddit(conversation.subreddit), account.name.lower()
        user = {
            "id": account.fullname,
            "name": account.name,
            "created": _date(account.created_utc),
            "banStatus": {
                "endDate": None,
                "reason": place.listed["banned", name].note if ("banned", name) in place.listed else "",
                "isBanned": name in place.banned,
                "isPermanent": name in place.banned,
            },
            "muteStatus": {"endDate": None, "reason": "", "isMuted": name in place.muted, "muteCount": 0},
            "approveStatus": {"isApproved": name in place.contributors},
            "isShadowBanned": False,
            "isSuspended": account.suspended,
            "recentComments": {},
            "recentPosts": {},
            "recentConvos": {},
        }
    return {
        "conversation": _summary(call, conversation),
        "messages": {one.id: _message(call, conversation, one) for one in conversation.messages},
        "modActions": {},
        "participantSubreddit": {},
        "user": user,
    }


def _find(call: Call) -> Conversation:
    user = call.require_user()
    found = call.world.conversations.get(call.path["id"])
    if found is None:
        raise not_found()
    place = call.world.subreddit(found.subreddit)
    if not place.is_moderator(user) and found.participant != user.name:
        raise HttpError(403, "Forbidden")
    return found


_FOLDERS: dict[str, Callable[[Conversation], bool]] = {
    # `all`, the default, leaves the moderators' own discussions out.
    "all": lambda one: one.participant is not None,
    "mod": lambda one: one.participant is None,
    "archived": lambda one: one.archived,
    "highlighted": lambda one: one.highlighted,
    "new": lambda one: one.participant is not None and not one.archived and len(one.messages) == 1,
    "inprogress": lambda one: one.participant is not None and not one.archived and len(one.messages) > 1,
    "notifications": lambda _: False,
}


def _chosen(call: Call) -> list[Conversation]:
    """Those of the subreddits and the folder that the request names, the one with the newest message first."""
    user, world = call.require_user(), call.world
    wanted = {name.lower() for name in call.get("entity").split(",") if name}
    if any(name in world.subreddits and not world.subreddit(name).permits(user, "mail") for name in wanted):
        raise forbidden()
    belongs = _FOLDERS.get(call.get("state", "all"), _FOLDERS["all"])
    found = [
        one
        for one in reversed(world.conversations.values())
        if world.subreddit(one.subreddit).permits(user, "mail")
        and (not wanted or wanted & {one.subreddit.lower(), "all"})
        and belongs(one)
    ]
    found.sort(key=lambda one: -one.messages[-1].created_utc)
    if call.get("sort") == "unread":
        found.sort(key=lambda one: user.name.lower() not in one.unread_by)
    return found


@routes.on("GET", "/api/mod/conversations")
def conversations(call: Call) -> Json:
    """Conversations of the subreddits that the user moderates, newest first, with all their messages."""
    found = _chosen(call)
    ids = [one.id for one in found]
    start = ids.index(call.get("after")) + 1 if call.get("after") in ids else 0
    found = found[start : start + call.number("limit", 25, most=100)]
    return {
        "conversations": {one.id: _summary(call, one) for one in found},
        "messages": {message.id: _message(call, one, message) for one in found for message in one.messages},
        "viewerId": call.require_user().fullname,
        "conversationIds": [one.id for one in found],
    }


@routes.on("POST", "/api/mod/conversations/bulk/read")
def mark_all_read(call: Call) -> Json:
    """Mark a whole folder as read; the ids of what was unread."""
    name = call.require_user().name.lower()
    unread = [one for one in _chosen(call) if name in one.unread_by]
    for one in unread:
        one.unread_by.discard(name)
    return {"conversation_ids": [one.id for one in unread]}


@routes.on("GET", "/api/mod/conversations/unread/count")
def unread_count(call: Call) -> dict[str, int]:
    """How many are unread, by folder."""
    user, world = call.require_user(), call.world
    unread = [
        one
        for one in world.conversations.values()
        if user.name.lower() in one.unread_by and world.subreddit(one.subreddit).permits(user, "mail")
    ]
    return {name: sum(map(belongs, unread)) for name, belongs in _FOLDERS.items() if name != "all"}


@routes.on("GET", "/api/mod/conversations/subreddits")
def subreddits(call: Call) -> Json:
    """The subreddits whose modmail the user reads."""
    user, world = call.require_user(), call.world
    found: Json = {}
    for place in world.subreddits.values():
        if place.permits(user, "mail"):
            times = [
                one.messages[-1].created_utc for one in world.conversations.values() if one.subreddit == place.name
            ]
            found[place.fullname] = {
                "id": place.fullname,
                "name": place.name,
                "display_name": place.name,
                "lastUpdated": _date(max(times)) if times else None,
                "subscribers": place.subscribers,
                "icon": "",
            }
    return {"subreddits": found}


@routes.on("POST", "/api/mod/conversations")
def create(call: Call) -> Answer:
    """201 with the new conversation."""
    user = call.require_user()
    place = call.world.subreddits.get(call.get("srName").lower())
    if place is None:
        raise ApiError("SUBREDDIT_NOEXIST")
    to = call.get("to").removeprefix("u/") or None
    if to and to.lower() not in call.world.users:
        raise ApiError("USER_DOESNT_EXIST")
    if place.is_moderator(user) and not place.permits(user, "mail"):
        raise forbidden()
    if user.name.lower() in place.muted:
        raise ApiError("USER_MUTED")
    hidden = call.flag("isAuthorHidden")
    made = open_conversation(call.world, place, user, call.get("subject"), call.get("body"), to=to, hidden=hidden)
    return Answer(_full(call, made), 201)


def _mark(call: Call, unread: bool) -> Answer:
    """An empty answer: 204, or 200 for `unread`."""
    name = call.require_user().name.lower()
    for one_id in call.get("conversationIds").split(","):
        found = call.world.conversations.get(one_id)
        if found:
            (found.unread_by.add if unread else found.unread_by.discard)(name)
    return Answer(None, 200 if unread else 204)


@routes.on("POST", "/api/mod/conversations/read")
def mark_read(call: Call) -> Answer:
    """Mark conversations as read."""
    return _mark(call, unread=False)


@routes.on("POST", "/api/mod/conversations/unread")
def mark_unread(call: Call) -> Answer:
    """Mark conversations as unread."""
    return _mark(call, unread=True)


@routes.on("GET", "/api/mod/conversations/{id}")
def conversation(call: Call) -> Json:
    """One conversation with all its messages; `markRead` marks it."""
    found = _find(call)
    if call.flag("markRead"):
        found.unread_by.discard(call.require_user().name.lower())
    return _full(call, found)


@routes.on("POST", "/api/mod/conversations/{id}")
def reply(call: Call) -> Answer:
    """201 with the conversation, the new message in it."""
    found = _find(call)
    hidden, internal = call.flag("isAuthorHidden"), call.flag("isInternal")
    add_message(call.world, found, call.require_user(), call.get("body"), hidden=hidden, internal=internal)
    return Answer(_full(call, found), 201)


@routes.on("POST DELETE", "/api/mod/conversations/{id}/{action}")
def change(call: Call) -> object:
    """Archive, highlight, mute, and the reverse of each."""
    found, action = _find(call), call.path["action"]
    place = call.moderated(found.subreddit)
    if action in ("archive", "unarchive"):
        found.archived = action == "archive"
    elif action == "highlight":
        found.highlighted = call.method == "POST"
    elif action in ("mute", "unmute") and found.participant:
        name = found.participant.lower()
        if action == "mute":
            call.world.mute(place.name, name)
        else:
            place.muted.discard(name)
    else:
        raise not_implemented()
    if action == "archive":
        return Answer(None, 204)
    full = _full(call, found)
    full["conversations"] = full.pop("conversation")
    return full
