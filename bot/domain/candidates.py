"""Which photos a post or a comment holds, in the order in which a reader sees them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.domain.summons import without_escapes
from bot.domain.things import Comment, Post, Thread

_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".tif", ".tiff", ".jpe")
_INLINE = re.compile(r"!\[[^\]]*\]\(([A-Za-z0-9_-]+)(?:\s[^)]*)?\)")
_URL = re.compile(r"https?://[^\s\"'<>\[\]]+")
_IMGUR_PAGE = re.compile(r"/(?:(?:r|t)/\w+/)?(?:[\w-]*-)?([A-Za-z0-9]{5,8})/?")
_IMGUR_ALBUM = re.compile(r"/(?:a|gallery)/(?:[\w-]*-)?([A-Za-z0-9]{5,8})/?")
_PREVIEW = re.compile(r"/(?:[\w-]*-v\d+-)?([a-z0-9]{8,20}\.(?:jpe?g|png|webp|gif))")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One photo: the address of its best version, then others to try when that is gone.

    album: the id of an imgur album at that address, which holds photos that have to be asked for.
    """

    url: str
    fallbacks: tuple[str, ...] = ()
    album: str | None = None


def in_thread(thread: Thread, image_base: str, bot_name: str, *, not_meant: str | None = None) -> tuple[Candidate, ...]:
    """The photos of the nearest place that has any: the summoning comment, those above it, then the post.

    image_base: where Reddit keeps originals, "https://i.redd.it" outside of the sandbox. The bot's own comments are
    passed over: the pictures in them are its results. not_meant: a link in the summons that is no photo to colour.
    """
    for comment in thread.comments:
        if comment.author and comment.author.lower() == bot_name.lower():
            continue
        if found := _in_text(comment.body.replace(not_meant or "\0", " "), comment.media_metadata, image_base):
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
    if linked := of_link(post.url, image_base):  # first: an image post may have a text too
        return (replace(linked, fallbacks=(*linked.fallbacks, *((post.preview,) if post.preview else ()))),)
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
        elif linked := of_link(_unbalanced(what), image_base):
            media_id = urlsplit(linked.url).path.rsplit("/", 1)[-1].partition(".")[0]
            candidate = next(_hosted((media_id,), metadata, image_base), linked)
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


def of_link(url: str, image_base: str) -> Candidate | None:
    """The photo behind a link, when it is a picture file or leads to one by rule; None otherwise."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.").removeprefix("old.")
    except ValueError:  # not a URL at all, such as one with a half-written IPv6 host
        return None
    if parts.scheme not in {"http", "https"}:
        return None
    if host in {"imgur.com", "i.imgur.com"}:
        return _of_imgur(url, host, parts.path)
    if host == "reddit.com" and parts.path == "/media":
        inner = parse_qs(parts.query).get("url", [""])[0]
        return of_link(inner, image_base) if "/media?" not in inner else None  # never one within another
    if host == "preview.redd.it" and (match := _PREVIEW.fullmatch(parts.path)):
        return Candidate(f"{image_base}/{match[1]}", (url,))
    if parts.path.lower().endswith(_SUFFIXES):
        return Candidate(url)
    return None


def _of_imgur(url: str, host: str, path: str) -> Candidate | None:
    if host == "i.imgur.com":
        return Candidate(url) if path.lower().endswith(_SUFFIXES) else None
    if match := _IMGUR_ALBUM.fullmatch(path):
        return Candidate(url, album=match[1])
    if match := _IMGUR_PAGE.fullmatch(path):
        return Candidate(f"https://i.imgur.com/{match[1]}.jpg")
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
