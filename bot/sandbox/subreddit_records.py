"""What the sandbox remembers of a subreddit and of what belongs to it, as plain records."""

from dataclasses import dataclass, field
from typing import Any, Literal

from .appearance_records import Appearance, Collection
from .records import User


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
class FlairTemplate:
    """A flair that moderators have prepared, for posts or for users."""

    id: str
    text: str
    css_class: str = ""
    background_color: str = ""
    text_color: str = "dark"
    text_editable: bool = False
    mod_only: bool = False
    allowable_content: str = "all"
    max_emojis: int = 10


@dataclass
class Flair:
    """What stands beside a post's title or a user's name."""

    text: str = ""
    css_class: str = ""
    template: FlairTemplate | None = None


@dataclass
class RemovalReason:
    """A text that moderators give when they remove something."""

    id: str
    title: str
    message: str


@dataclass
class Rule:
    """One of the subreddit's rules; `kind` is `all`, `link` or `comment`, the order is that of the list."""

    short_name: str
    description: str
    violation_reason: str
    kind: str
    created_utc: float


@dataclass
class ModNote:
    """What moderators have noted about a user, perhaps on the occasion of a post or comment."""

    id: str
    user: str
    operator: str
    note: str
    created_utc: float
    label: str | None = None
    about: str | None = None


@dataclass
class Listed:
    """Somebody on a list of a subreddit (banned, muted, ...), by the list's and the user's name."""

    since: float
    note: str = ""
    days: int | None = None


@dataclass
class Subreddit:
    """A community. Keys and members of the collections are lower-case user names.

    `settings` are the values that moderators have set and that change nothing in the sandbox but what is read back.
    """

    id: str
    name: str
    created_utc: float
    kind: Literal["public", "private", "restricted", "user"] = "public"
    title: str = ""
    description: str = ""
    sidebar: str = ""
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
    wikibanned: set[str] = field(default_factory=set)
    wikicontributors: set[str] = field(default_factory=set)
    listed: dict[tuple[str, str], Listed] = field(default_factory=dict)
    wiki: dict[str, WikiPage] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    link_templates: list[FlairTemplate] = field(default_factory=list)
    user_templates: list[FlairTemplate] = field(default_factory=list)
    user_flairs: dict[str, Flair] = field(default_factory=dict)
    flair_settings: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    removal_reasons: list[RemovalReason] = field(default_factory=list)
    notes: list[ModNote] = field(default_factory=list)
    collections: dict[str, Collection] = field(default_factory=dict)
    appearance: Appearance = field(default_factory=Appearance)
    requirements: dict[str, Any] = field(default_factory=dict)
    log: list[ModAction] = field(default_factory=list)

    @property
    def fullname(self) -> str:
        """`t5_` and the id."""
        return f"t5_{self.id}"

    @property
    def prefixed(self) -> str:
        """`r/` and the name, or for a profile `u/` and the account's."""
        return f"u/{self.name[2:]}" if self.kind == "user" else f"r/{self.name}"

    def is_moderator(self, user: User | None) -> bool:
        """Whether the user moderates here; nobody does when nobody is logged in."""
        return user is not None and user.name.lower() in self.moderators

    def permits(self, user: User | None, permission: str) -> bool:
        """Whether the user moderates here with that permission: `wiki`, `mail`, `posts`, ..."""
        found = self.moderators.get(user.name.lower()) if user is not None else None
        return found is not None and bool({"all", permission} & set(found.permissions))
