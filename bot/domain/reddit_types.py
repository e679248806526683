"""Reddit's things as the bot's decisions see them: built from Reddit's JSON, free of any client.

A listing item leaves out keys that do not apply; every field here has a value for that case.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

GONE = frozenset({"[deleted]", "[removed]"})
_REMOVED = re.compile(r"\[\s*removed(?:\s+by\s+(?:reddit|moderators?)\b[^\]]*)?\s*\]", re.IGNORECASE)
_DELETED = re.compile(r"\[\s*(?:deleted(?:\s+by\s+user)?|unavailable)\s*\]", re.IGNORECASE)


class Source(StrEnum):
    """How the bot came to a summons."""

    MENTION = "mention"
    REPLY = "reply"
    MESSAGE = "message"
    SCAN = "scan"
    COMMAND = "command"
    STUDIO = "studio"


@dataclass(frozen=True, slots=True)
class Summons:
    """One act that asks for a colourization; `fullname` is the thing that asks, and the key of its job."""

    fullname: str
    source: Source
    subreddit: str
    author: str | None
    post: str | None
    body: str
    title: str
    permalink: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment; `author` is None when the account or the comment is gone."""

    fullname: str
    parent: str
    permalink: str
    author: str | None
    body: str
    locked: bool
    removed: bool
    media_metadata: Mapping[str, Any]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Comment":
        """From the `data` of a t1."""
        body = storable(data.get("body"))
        return cls(
            fullname=data["name"],
            parent=data.get("parent_id") or "",
            permalink=data.get("permalink") or "",
            author=known_author(data.get("author")),
            body="" if says_removed(body) or says_deleted(body) else body,
            locked=bool(data.get("locked")),
            removed=says_removed(body) or bool(data.get("removed")),
            media_metadata=data.get("media_metadata") or {},
        )


@dataclass(frozen=True, slots=True)
class Video:
    """A video that Reddit keeps. pictures: the address of its pictures without sound. ready: Reddit has made it."""

    pictures: str
    seconds: float
    ready: bool

    @classmethod
    def of_post(cls, data: Mapping[str, Any]) -> "Video | None":
        """From the `data` of a t3; None where Reddit tells of none."""
        media = _mapping(data.get("secure_media") or data.get("media"))
        found = media.get("reddit_video")
        if not isinstance(found, Mapping):
            return None
        pictures, seconds = storable(found.get("fallback_url")), float(found.get("duration") or 0)
        return cls(pictures, seconds, ready=found.get("transcoding_status", "completed") == "completed")


@dataclass(frozen=True, slots=True)
class Post:
    """A post with what decides whether and what to colour."""

    fullname: str
    subreddit: str
    author: str | None
    title: str
    url: str
    selftext: str
    permalink: str
    created: datetime
    over_18: bool
    locked: bool
    archived: bool
    quarantine: bool
    removed_by: str | None
    is_video: bool
    is_gallery: bool
    gallery: tuple[str, ...]
    media_metadata: Mapping[str, Any]
    preview: str | None
    flair: str | None = field(default=None)
    video: Video | None = field(default=None)
    crosspost_parent: "Post | None" = field(default=None)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Post":
        """From the `data` of a t3."""
        items = _mappings(_mapping(data.get("gallery_data")).get("items"))
        images = _mappings(_mapping(data.get("preview")).get("images"))
        parents = [parent for parent in _mappings(data.get("crosspost_parent_list")) if parent.get("name")]
        return cls(
            fullname=data["name"],
            subreddit=data.get("subreddit") or "",
            author=known_author(data.get("author")),
            title=storable(data.get("title")),
            url=storable(data.get("url_overridden_by_dest") or data.get("url")),
            selftext=storable(data.get("selftext")),
            permalink=data.get("permalink") or "",
            created=datetime.fromtimestamp(data.get("created_utc") or 0, UTC),
            over_18=bool(data.get("over_18")),
            locked=bool(data.get("locked")),
            archived=bool(data.get("archived")),
            quarantine=bool(data.get("quarantine")),
            removed_by=data.get("removed_by_category") or _removed_by(data),
            is_video=bool(data.get("is_video")),
            is_gallery=bool(data.get("is_gallery") or items),
            gallery=tuple(
                str(item["media_id"]) for item in items if item.get("media_id") and not item.get("is_deleted")
            ),
            media_metadata=data.get("media_metadata") or {},
            preview=_mapping(images[0].get("source")).get("url") if images else None,
            flair=data.get("link_flair_text") or None,
            video=Video.of_post(data),
            crosspost_parent=cls.from_json(parents[0]) if parents else None,
        )


@dataclass(frozen=True, slots=True)
class Thread:
    """A post, the comments from the summoning one upwards (none when the post summons), and the replies to it.

    `replies` are the direct ones, newest first; `complete` tells whether Reddit showed all of them.
    """

    post: Post
    comments: tuple[Comment, ...] = ()
    replies: tuple[Comment, ...] = ()
    complete: bool = True


def _mapping(value: object) -> Mapping[str, Any]:
    """The value where it is a mapping; an empty one for whatever else Reddit puts in its place."""
    return value if isinstance(value, Mapping) else {}


def _mappings(values: object) -> list[Mapping[str, Any]]:
    """The mappings of a list; Reddit leaves holes in them where things are gone."""
    return [one for one in values if isinstance(one, Mapping)] if isinstance(values, list) else []


def known_author(name: object) -> str | None:
    """The author's name, or None for a deleted one, whichever way Reddit says so."""
    return str(name) if name and str(name) not in GONE and not says_deleted(name) else None


def says_removed(body: object) -> bool:
    """Whether moderators or Reddit put their own words in the place of a text: "[removed]", "[ Removed by Reddit ]"."""
    return bool(_REMOVED.fullmatch(str(body or "").strip()))


def says_deleted(body: object) -> bool:
    """Whether the text is what Reddit shows where its author took it away, or keeps it from the reader."""
    return bool(_DELETED.fullmatch(str(body or "").strip()))


def says_removed_by_reddit(body: object) -> bool:
    """The same where the words say that it was Reddit itself."""
    return says_removed(body) and "reddit" in str(body).lower()


def _removed_by(data: Mapping[str, Any]) -> str | None:
    """Who removed a post, where its text or title says so and its flags do not."""
    texts = [text for text in (data.get("selftext"), data.get("title")) if says_removed(text)]
    if not texts:
        return None
    return "reddit" if any(map(says_removed_by_reddit, texts)) else "moderator"


def storable(text: object) -> str:
    """The text without NUL bytes and lone surrogates, which PostgreSQL or UTF-8 reject."""
    return str(text or "").replace("\0", "").encode("utf-8", "replace").decode()
