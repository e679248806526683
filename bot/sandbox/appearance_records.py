"""What the sandbox remembers of how a subreddit looks, and of live threads, as plain records."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Collection:
    """Posts that moderators have put together, by fullname and in their order."""

    id: str
    author: str
    title: str
    description: str
    created_utc: float
    updated_utc: float
    display_layout: str | None = None
    links: list[str] = field(default_factory=list)
    followers: set[str] = field(default_factory=set)


@dataclass
class Emoji:
    """A small picture for flair."""

    name: str
    picture: str
    creator: str
    mod_flair_only: bool = False
    post_flair_allowed: bool = True
    user_flair_allowed: bool = True


@dataclass
class Appearance:
    """How a subreddit looks.

    `images` are those of the style sheet, by name; `structured` what newer pages use, such as `bannerBackgroundImage`;
    `widgets` are kept as they were sent, by id; `sidebar` and `topbar` are their order.
    """

    stylesheet: str = ""
    images: dict[str, str] = field(default_factory=dict)
    structured: dict[str, str] = field(default_factory=dict)
    emojis: dict[str, Emoji] = field(default_factory=dict)
    widgets: dict[str, dict[str, Any]] = field(default_factory=dict)
    sidebar: list[str] = field(default_factory=list)
    topbar: list[str] = field(default_factory=list)


@dataclass
class LiveUpdate:
    """One message of a live thread."""

    id: str
    author: str
    body: str
    created_utc: float
    stricken: bool = False


@dataclass
class LiveThread:
    """A live thread; contributors and invited ones by lower-case name, with their permissions."""

    id: str
    title: str
    created_utc: float
    description: str = ""
    resources: str = ""
    nsfw: bool = False
    closed: bool = False
    updates: list[LiveUpdate] = field(default_factory=list)
    contributors: dict[str, list[str]] = field(default_factory=dict)
    invited: dict[str, list[str]] = field(default_factory=dict)
    reports: list[str] = field(default_factory=list)
