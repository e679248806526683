"""Who is told about a new comment or message, and what an inbox shows."""

from .markup import mentions
from .records import Comment, Message, Notice, NoticeKind, Post, User
from .state import State

MOST_MENTIONS = 3


def _may_be_told(state: State, user: User | None, comment: Comment) -> bool:
    """Not about one's own words, not about a blocked author, not from a subreddit that one cannot see."""
    if user is None or user.name == comment.author or comment.author.lower() in user.blocked:
        return False
    place = state.subreddit(state.posts[comment.post].subreddit)
    name = user.name.lower()
    return place.kind != "private" or name in place.moderators or name in place.contributors


def announce(state: State, comment: Comment) -> None:
    """Tell the author of the thing that was replied to, then the mentioned users.

    Whoever gets the comment as a reply does not get it again as a mention, and a comment that mentions more than
    three distinct users tells none of them.
    """
    above = state.thing(comment.parent)
    told: User | None = None
    if isinstance(above, Post | Comment) and above.send_replies and not above.deleted:
        kind: NoticeKind = "post_reply" if isinstance(above, Post) else "comment_reply"
        author = state.user(above.author)
        if _may_be_told(state, author, comment):
            author.inbox.append(Notice(comment.fullname, kind))
            told = author
    names = mentions(comment.body)
    if len(names) > MOST_MENTIONS:
        return
    for name in names:
        user = state.users.get(name)
        if user and user is not told and user.wants_mentions and _may_be_told(state, user, comment):
            user.inbox.append(Notice(comment.fullname, "username_mention"))


def deliver(state: State, message: Message) -> None:
    """Put a message into the inbox of the user it is for."""
    state.user(message.dest).inbox.append(Notice(message.fullname, "message"))


def shown(state: State, user: User) -> list[Notice]:
    """The notices that the inbox shows, newest first.

    A notice about a deleted or removed comment is withdrawn; approving the comment brings it back.
    """
    kept = []
    for notice in reversed(user.inbox):
        thing = state.thing(notice.fullname)
        gone = isinstance(thing, Comment) and (thing.deleted or thing.removed_by_category is not None)
        if thing is not None and not gone:
            kept.append(notice)
    return kept
