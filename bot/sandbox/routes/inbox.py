"""The inbox: what is in it, marking as read, and sending messages."""

from .. import notices
from ..calls import Answer, Call, Routes
from ..conversations import add_message, open_conversation
from ..errors import ApiError, forbidden, not_implemented
from ..paging import page
from ..records import Conversation, Message, User
from ..things import Json, listing

routes = Routes()
_KINDS = {
    "inbox": ("username_mention", "comment_reply", "post_reply", "message"),
    "unread": ("username_mention", "comment_reply", "post_reply", "message"),
    "mentions": ("username_mention",),
    "comments": ("comment_reply",),
    "selfreply": ("post_reply",),
}
LONGEST_MESSAGE = 10_000


def _conversation(call: Call, first: Message, user: User) -> Json:
    """The first message of a conversation with the later ones as its replies."""
    unread = {notice.fullname for notice in user.inbox if notice.unread}
    later = [message for message in call.world.messages.values() if message.first == first.fullname]
    rendered = [call.things.message(message, unread=message.fullname in unread) for message in later]
    replies = listing(rendered) if rendered else ""
    return call.things.message(first, unread=first.fullname in unread, replies=replies)


@routes.on("GET", "/message/sent")
def sent(call: Call) -> Json:
    """Messages that the user wrote, newest first."""
    user = call.require_user()
    mine = [message for message in reversed(call.world.messages.values()) if message.author == user.name]
    return page(call, mine, lambda message: message.fullname, call.things.message)


@routes.on("GET", "/message/messages")
def messages(call: Call) -> Json:
    """Conversations by private message that the user takes part in, newest first."""
    user = call.require_user()
    firsts = [
        message
        for message in reversed(call.world.messages.values())
        if message.first is None and user.name in (message.author, message.dest)
    ]
    return page(call, firsts, lambda message: message.fullname, lambda message: _conversation(call, message, user))


@routes.on("GET", "/message/messages/{id}")
def message(call: Call) -> Json:
    """One conversation, by the id of any of its messages; 403 for other people's."""
    user = call.require_user()
    found = call.world.messages.get(call.path["id"])
    if found is None or user.name not in (found.author, found.dest):
        raise forbidden()
    first = call.world.messages.get((found.first or "").removeprefix("t4_"), found)
    return listing([_conversation(call, first, user)])


@routes.on("GET", "/message/{box}")
def box(call: Call) -> Json:
    """The notices of one box, newest first. `unread` does not mark anything as read."""
    user, name = call.require_user(), call.path["box"]
    if name not in _KINDS:
        raise not_implemented()
    found = [notice for notice in notices.shown(call.world, user) if notice.kind in _KINDS[name]]
    if name == "unread":
        found = [notice for notice in found if notice.unread]
    return page(call, found, lambda notice: notice.fullname, call.things.notice)


def _mark(call: Call, unread: bool) -> Json:
    names = call.get("id").split(",")
    for notice in call.require_user().inbox:
        if notice.fullname in names:
            notice.unread = unread
    return {}


@routes.on("POST", "/api/read_message")
def read_message(call: Call) -> Json:
    """Mark as read; fullnames that are not in the inbox are passed over."""
    return _mark(call, unread=False)


@routes.on("POST", "/api/unread_message")
def unread_message(call: Call) -> Json:
    """Mark as unread."""
    return _mark(call, unread=True)


@routes.on("POST", "/api/read_all_messages")
def read_all_messages(call: Call) -> Answer:
    """202: Reddit does it later; the sandbox has done it already."""
    for notice in call.require_user().inbox:
        notice.unread = False
    return Answer({}, 202)


@routes.on("POST", "/api/collapse_message", "/api/uncollapse_message")
def collapse_message(call: Call) -> Json:
    """Changes nothing that anybody can read back."""
    call.require_user()
    return {}


@routes.on("POST", "/api/del_msg")
def delete_message(call: Call) -> Json:
    """Take the notice out of the user's inbox."""
    user = call.require_user()
    user.inbox = [notice for notice in user.inbox if notice.fullname != call.get("id")]
    return {}


@routes.on("POST", "/api/compose")
def compose(call: Call) -> Json:
    """A message to a user, or with `#name` or `/r/name` to the moderators of a subreddit."""
    user, to = call.require_user(), call.get("to")
    if not call.get("subject"):
        raise ApiError("NO_SUBJECT")
    if not call.get("text"):
        raise ApiError("NO_TEXT")
    if len(call.get("text")) > LONGEST_MESSAGE:
        raise ApiError("TOO_LONG", limit=LONGEST_MESSAGE)
    if not to:
        raise ApiError("NO_USER")
    if to.startswith(("#", "/r/")):
        place = call.world.subreddits.get(to.removeprefix("#").removeprefix("/r/").lower())
        if place is None:
            raise ApiError("SUBREDDIT_NOEXIST")
        if user.name.lower() in place.muted:
            raise ApiError("USER_MUTED")
        open_conversation(call.world, place, user, call.get("subject"), call.get("text"))
        return {"json": {"errors": []}}
    other = call.world.users.get(to.removeprefix("/u/").removeprefix("u/").lower())
    if other is None or other.suspended:
        raise ApiError("USER_DOESNT_EXIST")
    if user.name.lower() in other.blocked or not _takes_messages(other, user):
        raise ApiError("NOT_WHITELISTED_BY_USER_MESSAGE")
    if call.get("from_sr"):
        place = call.moderated(call.get("from_sr"))
        call.world.message(
            other.name, None, call.get("subject"), call.get("text"), subreddit=place.name, distinguished="moderator"
        )
    else:
        call.world.message(other.name, user.name, call.get("subject"), call.get("text"))
    return {"json": {"errors": []}}


def _takes_messages(other: User, sender: User) -> bool:
    only_trusted = other.preferences.get("accept_pms") == "whitelisted"
    return other.takes_messages and (not only_trusted or sender.name.lower() in other.trusted)


def reply_to_message(call: Call, parent: Message, text: str) -> Message:
    """A reply in a conversation by private message, to whoever is at the other end of it."""
    user = call.require_user()
    if user.name not in (parent.author, parent.dest):
        raise forbidden()
    conversation = call.world.conversations.get(parent.conversation or "")
    if conversation is not None:
        return _reply_to_moderators(call, conversation, parent, text)
    to = parent.author if parent.author and parent.author != user.name else parent.dest
    other: User = call.world.user(to)
    if user.name.lower() in other.blocked:
        raise ApiError("USER_BLOCKED")
    first = parent.first or parent.fullname
    return call.world.message(other.name, user.name, _re(parent), text, first=first, parent=parent.fullname)


def _re(parent: Message) -> str:
    return parent.subject if parent.subject.startswith("re: ") else f"re: {parent.subject}"


def _reply_to_moderators(call: Call, conversation: Conversation, parent: Message, text: str) -> Message:
    """Into the modmail conversation; the user keeps a copy among the messages that they sent."""
    user, world = call.require_user(), call.world
    if user.name.lower() in world.subreddit(conversation.subreddit).muted:
        raise ApiError("USER_MUTED")
    add_message(world, conversation, user, text)
    sent = Message(
        world.next_id("t4"),
        user.name,
        f"#{conversation.subreddit}",
        _re(parent),
        text,
        world.now(),
        subreddit=conversation.subreddit,
        first=parent.first or parent.fullname,
        parent=parent.fullname,
        conversation=conversation.id,
    )
    world.messages[sent.id] = sent
    return sent
