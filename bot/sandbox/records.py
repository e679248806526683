"""What the sandbox remembers of users, posts, comments and messages, as plain records."""

from dataclasses import dataclass, field
from typing import Any, Literal

from .account_records import Draft, Friend, Multireddit

PostKind = Literal["self", "link", "image", "gallery", "video", "crosspost"]
NoticeKind = Literal["username_mention", "comment_reply", "post_reply", "message"]


@dataclass
class Notice:
    """One line of an inbox: which thing, why it is there, and whether it was read."""

    fullname: str
    kind: NoticeKind
    unread: bool = True


@dataclass
class User:
    """An account. Sets of names hold lower-case names, sets of things hold fullnames."""

    id: str
    name: str
    password: str
    created_utc: float
    suspended: bool = False
    wants_mentions: bool = True
    takes_messages: bool = True
    inbox: list[Notice] = field(default_factory=list)
    blocked: dict[str, float] = field(default_factory=dict)
    opted_in: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    saved: set[str] = field(default_factory=set)
    visited: set[str] = field(default_factory=set)
    subscribed: set[str] = field(default_factory=set)
    filters: dict[str, set[str]] = field(default_factory=dict)
    friends: dict[str, Friend] = field(default_factory=dict)
    trusted: dict[str, float] = field(default_factory=dict)
    multireddits: dict[str, Multireddit] = field(default_factory=dict)
    drafts: dict[str, Draft] = field(default_factory=dict)
    preferences: dict[str, Any] = field(default_factory=dict)
    profile: dict[str, Any] = field(default_factory=dict)
    trophies: list[str] = field(default_factory=list)

    @property
    def fullname(self) -> str:
        """`t2_` and the id."""
        return f"t2_{self.id}"


@dataclass
class Poll:
    """A question with two to six answers; `choices` is the number of an answer by lower-case user name."""

    options: list[str]
    ends_utc: float
    choices: dict[str, int] = field(default_factory=dict)


@dataclass
class Report:
    """A report, by a reader or by a moderator; moderators' reports are signed."""

    reason: str
    by: str
    by_moderator: bool


@dataclass(kw_only=True)
class Moderated:
    """What posts and comments have in common: their state, and what moderators did with them.

    `removed_by_category` says who took it away (`moderator`, `automod_filtered`, `reddit`, ...), `votes` holds 1 or -1
    by lower-case user name; `score` includes them.
    """

    locked: bool = False
    stickied: bool = False
    deleted: bool = False
    send_replies: bool = True
    distinguished: str | None = None
    edited: float | None = None
    score: int = 1
    votes: dict[str, int] = field(default_factory=dict)
    removed_by_category: str | None = None
    removed_by: str | None = None
    removed_utc: float | None = None
    spam: bool = False
    removal_reason: str | None = None
    mod_note: str | None = None
    approved_by: str | None = None
    approved_utc: float | None = None
    ignores_reports: bool = False
    reports: list[Report] = field(default_factory=list)


@dataclass
class Post(Moderated):
    """A submission. `pictures` are media ids in gallery order, `video` is one; a crosspost has none of its own.

    `crowd_control` is 0 (off) to 3 (strict).
    """

    id: str
    subreddit: str
    author: str
    title: str
    created_utc: float
    kind: PostKind
    text: str = ""
    url: str = ""
    pictures: list[str] = field(default_factory=list)
    captions: dict[str, str] = field(default_factory=dict)
    video: str = ""
    crosspost_parent: str | None = None
    over_18: bool = False
    spoiler: bool = False
    archived: bool = False
    flair: str | None = None
    flair_css: str = ""
    flair_template: str | None = None
    contest_mode: bool = False
    original_content: bool = False
    suggested_sort: str | None = None
    crowd_control: int = 0
    poll: Poll | None = None
    stickied_at: float = 0.0
    pinned: bool = False
    num_comments: int = 0

    @property
    def fullname(self) -> str:
        """`t3_` and the id."""
        return f"t3_{self.id}"


@dataclass
class Comment(Moderated):
    """A comment; `parent` is a fullname, `post` the id of the post it stands under.

    `unlisted`: it is known by its name and in inboxes, and its thread does not show it yet.
    """

    id: str
    post: str
    parent: str
    author: str
    body: str
    created_utc: float
    media: list[str] = field(default_factory=list)
    unlisted: bool = False
    collapsed: bool = False

    @property
    def fullname(self) -> str:
        """`t1_` and the id."""
        return f"t1_{self.id}"


@dataclass
class Message:
    """A private message. `author` None with a subreddit means: from the subreddit itself.

    `conversation` is the modmail conversation that it belongs to.
    """

    id: str
    author: str | None
    dest: str
    subject: str
    body: str
    created_utc: float
    subreddit: str | None = None
    first: str | None = None
    parent: str | None = None
    distinguished: str | None = None
    conversation: str | None = None

    @property
    def fullname(self) -> str:
        """`t4_` and the id."""
        return f"t4_{self.id}"


@dataclass
class ModmailMessage:
    """One message of a modmail conversation."""

    id: str
    author: str
    body: str
    created_utc: float
    hidden_author: bool = False
    internal: bool = False


@dataclass
class Conversation:
    """A modmail conversation between a subreddit's moderators and one user (None: internal)."""

    id: str
    subreddit: str
    subject: str
    participant: str | None
    messages: list[ModmailMessage] = field(default_factory=list)
    archived: bool = False
    highlighted: bool = False
    unread_by: set[str] = field(default_factory=set)


Thing = Post | Comment | Message
