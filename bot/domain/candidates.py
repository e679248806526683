"""Which photos a post or a comment holds, in the order in which a reader sees them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.domain.summons import without_escapes
from bot.domain.things import Comment, Post, Thread

_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".tif", ".tiff", ".jpe")
_INLINE = re.compile(r"!\[[^\]]*\]\(([A-Za-z0-9_-]+)(?:\s[^)]*)?\)")
_URL = re.compile(r"https?://[^\s\"'<>\[\]]+")
_IMGUR_PAGE = re.compile(r"/(?:r/\w+/)?([A-Za-z0-9]{5,8})/?")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One photo: the address of its best version, then others to try when that is gone."""

    url: str
    fallbacks: tuple[str, ...] = ()


def in_thread(thread: Thread, image_base: str, bot_name: str) -> tuple[Candidate, ...]:
    """The photos of the nearest place that has any: the summoning comment, those above it, then the post.

    image_base: where Reddit keeps originals, "https://i.redd.it" outside of the sandbox. The bot's own comments are
    passed over: the pictures in them are its results.
    """
    for comment in thread.comments:
        if comment.author and comment.author.lower() == bot_name.lower():
            continue
        if found := in_comment(comment, image_base):
            return found
    return in_post(thread.post, image_base)


def in_post(post: Post, image_base: str) -> tuple[Candidate, ...]:
    """Gallery, crosspost (its parent's photos), inline pictures of a text post, picture link, preview of a link."""
    if post.crosspost_parent is not None:
        return in_post(post.crosspost_parent, image_base)
    if post.gallery:
        return tuple(_hosted(post.gallery, post.media_metadata, image_base))
    if post.is_video:
        return ()
    if direct := _direct(post.url):  # first: an image post may have a text too
        return (Candidate(direct, (post.preview,) if post.preview else ()),)
    if found := _in_text(post.selftext, post.media_metadata, image_base):
        return found
    return (Candidate(post.preview),) if post.preview else ()


def in_comment(comment: Comment, image_base: str) -> tuple[Candidate, ...]:
    """Inline pictures and picture links of a comment."""
    return _in_text(comment.body, comment.media_metadata, image_base)


def _in_text(text: str, metadata: Mapping[str, Any], image_base: str) -> tuple[Candidate, ...]:
    """Inline pictures `![img](id)` and links to pictures, in the order of the text, each once."""
    text = without_escapes(text)
    found: dict[str, Candidate] = {}
    places = [(m.start(), m[1], True) for m in _INLINE.finditer(text)]
    places += [(m.start(), m[0], False) for m in _URL.finditer(text)]
    for _, what, inline in sorted(places):
        if inline:
            for candidate in _hosted((what,), metadata, image_base):
                found.setdefault(candidate.url, candidate)
        elif direct := _direct(_unbalanced(what)):
            media_id = urlsplit(direct).path.rsplit("/", 1)[-1].partition(".")[0]
            known = next(_hosted((media_id,), metadata, image_base), None)
            candidate = known or Candidate(direct)
            found.setdefault(candidate.url, candidate)
    return tuple(found.values())


def _hosted(ids: tuple[str, ...], metadata: Mapping[str, Any], image_base: str) -> Iterator[Candidate]:
    """Pictures that Reddit itself holds: the original by its id, its preview as the fallback."""
    for media_id in ids:
        item = metadata.get(media_id) or {}
        if item.get("status") != "valid" or item.get("e") not in {"Image", "AnimatedImage"}:
            continue
        suffix = {"jpg": "jpg", "jpeg": "jpg"}.get(kind := str(item.get("m", "")).rpartition("/")[2], kind) or "jpg"
        source = item.get("s") or {}
        preview = source.get("u") or source.get("gif")
        yield Candidate(f"{image_base}/{media_id}.{suffix}", (preview,) if preview else ())


def _direct(url: str) -> str | None:
    """The address of a picture file, when the link is one or leads to one by rule."""
    try:
        parts = urlsplit(url)
    except ValueError:  # not a URL at all, such as one with a half-written IPv6 host
        return None
    if parts.scheme not in {"http", "https"}:
        return None
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    if host == "imgur.com" and (match := _IMGUR_PAGE.fullmatch(parts.path)):
        return f"https://i.imgur.com/{match[1]}.jpg"
    if host == "i.imgur.com" and parts.path.endswith((".gifv", ".mp4")):
        return None
    if parts.path.lower().endswith(_SUFFIXES):
        return url
    return None


def _unbalanced(url: str) -> str:
    """A link cut out of Markdown: up to the bracket that closes its link, without full stops and the like."""
    depth = 0
    for i, letter in enumerate(url):
        depth += (letter == "(") - (letter == ")")
        if depth < 0:
            url = url[:i]
            break
    return url.rstrip(".,;:!?*_")
