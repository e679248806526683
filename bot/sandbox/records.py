"""What the sandbox remembers: users, subreddits, posts, comments, messages and the rest, as plain records."""

from dataclasses import dataclass, field
from typing import Any, Literal

PostKind = Literal["self", "link", "image", "gallery", "crosspost"]
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

    @property
    def fullname(self) -> str:
        """`t2_` and the id."""
        return f"t2_{self.id}"


@dataclass
class Revision:
    """One saved version of a wiki page."""

    id: str
    author: str
    content: str
    reason: str | None
    created_utc: float


@dataclass
class WikiPage:
    """A wiki page with its versions, oldest first. `permlevel` 2 lets only moderators edit (and read)."""

    name: str
    revisions: list[Revision] = field(default_factory=list)
    permlevel: int = 0
    listed: bool = True
    editors: list[str] = field(default_factory=list)


@dataclass
class ModAction:
    """A line of a subreddit's moderation log."""

    id: str
    action: str
    moderator: str
    created_utc: float
    target: str | None = None
    details: str | None = None


@dataclass
class Moderator:
    """A moderator, or with a different list an invited one: since when and with which permissions."""

    name: str
    since: float
    permissions: list[str]


@dataclass
class Subreddit:
    """A community. Keys and members of the collections are lower-case user names."""

    id: str
    name: str
    created_utc: float
    kind: Literal["public", "private", "restricted"] = "public"
    title: str = ""
    description: str = ""
    over18: bool = False
    quarantine: bool = False
    allow_galleries: bool = True
    allow_links_in_comments: bool = True
    media_in_comments: tuple[str, ...] = ()
    subscribers: int = 1
    moderators: dict[str, Moderator] = field(default_factory=dict)
    invited: dict[str, Moderator] = field(default_factory=dict)
    banned: set[str] = field(default_factory=set)
    muted: set[str] = field(default_factory=set)
    contributors: set[str] = field(default_factory=set)
    wiki: dict[str, WikiPage] = field(default_factory=dict)
    rules: list[dict[str, Any]] = field(default_factory=list)
    requirements: dict[str, Any] = field(default_factory=dict)
    log: list[ModAction] = field(default_factory=list)

    @property
    def fullname(self) -> str:
        """`t5_` and the id."""
        return f"t5_{self.id}"

    def is_moderator(self, user: User | None) -> bool:
        """Whether the user moderates here; nobody does when nobody is logged in."""
        return user is not None and user.name.lower() in self.moderators

    def permits(self, user: User | None, permission: str) -> bool:
        """Whether the user moderates here with that permission: `wiki`, `mail`, `posts`, ..."""
        found = self.moderators.get(user.name.lower()) if user is not None else None
        return found is not None and bool({"all", permission} & set(found.permissions))


@dataclass
class Post:
    """A submission. `pictures` are media ids in gallery order; a crosspost has none of its own."""

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
    crosspost_parent: str | None = None
    over_18: bool = False
    spoiler: bool = False
    locked: bool = False
    archived: bool = False
    stickied: bool = False
    deleted: bool = False
    send_replies: bool = True
    removed_by_category: str | None = None
    distinguished: str | None = None
    edited: float | None = None
    flair: str | None = None
    score: int = 1
    num_comments: int = 0
    approved_by: str | None = None
    reports: list[str] = field(default_factory=list)

    @property
    def fullname(self) -> str:
        """`t3_` and the id."""
        return f"t3_{self.id}"


@dataclass
class Comment:
    """A comment; `parent` is a fullname, `post` the id of the post it stands under."""

    id: str
    post: str
    parent: str
    author: str
    body: str
    created_utc: float
    media: list[str] = field(default_factory=list)
    locked: bool = False
    stickied: bool = False
    deleted: bool = False
    send_replies: bool = True
    removed_by_category: str | None = None
    distinguished: str | None = None
    edited: float | None = None
    score: int = 1
    approved_by: str | None = None
    reports: list[str] = field(default_factory=list)

    @property
    def fullname(self) -> str:
        """`t1_` and the id."""
        return f"t1_{self.id}"


@dataclass
class Message:
    """A private message. `author` None with a subreddit means: from the subreddit itself."""

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
    unread_by: set[str] = field(default_factory=set)


Thing = Post | Comment | Message
