"""Which photos and films a post or a comment holds, in the order in which a reader sees them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from bot.domain.addresses import Address, AddressReader
from bot.domain.markdown import Text
from bot.domain.reddit_types import Comment, Post, Thread
from bot.domain.spellings import Kind

_PROCESSING = re.compile(r"\bProcessing (?:img|image|gif) ([a-z0-9]{5,32})\b", re.IGNORECASE)
_MEDIA_ID = re.compile(r"[A-Za-z0-9_-]+")
_IMGUR_FILM = "https://i.imgur.com/"


class Missing(StrEnum):
    """Why a photo that readers can count cannot be had."""

    UNPROCESSED = "unprocessed"  # Reddit is still at work on it
    FAILED = "failed"  # Reddit could not read it
    PAGE = "page"  # the link leads to a page around it


@dataclass(frozen=True, slots=True)
class Candidate:
    """One photo or film: the address of its best version, then others to try when that is gone.

    missing: why it cannot be had, where that is known. moving: it is a film; what is called a photo may turn out to be
    one. seconds: how long, where Reddit says so; else 0. Until they are opened, some stand for several photos or none:
    album: the id of an imgur album. post, comment: fullnames of a thread of Reddit's that the address names; share:
    the path of a link that has to be opened to know the thread.
    """

    url: str
    fallbacks: tuple[str, ...] = ()
    missing: Missing | None = None
    moving: bool = False
    seconds: float = 0
    album: str | None = None
    post: str | None = None
    comment: str | None = None
    share: str | None = None

    @property
    def is_picture(self) -> bool:
        """Whether it stands for pictures of its own: no other thread, and no page that cannot be read."""
        return not (self.post or self.share or self.missing is Missing.PAGE)

    @property
    def to_open(self) -> bool:
        """Whether it has to be asked what it holds."""
        return any((self.album, self.post, self.share))


def in_thread(
    thread: Thread, addresses: AddressReader, bot_name: str, *, not_meant: str | None = None
) -> tuple[Candidate, ...]:
    """The photos of the nearest place that has any: the summoning comment, those above it, then the post.

    The bot's own comments are passed over: the pictures in them are its results. So are animated pictures in comments,
    and films of imgur's, which are reactions. Links to other threads and to pages count in the summoning comment alone.

    not_meant: a link in the summons that is no photo to colour.
    """
    for i, comment in enumerate(thread.comments):
        if comment.author and comment.author.lower() == bot_name.lower():
            continue
        found = in_comment(comment, addresses, not_meant=not_meant)
        # A page or a thread that somebody above mentions was not named by the asker.
        if found := tuple(one for one in found if i == 0 or one.is_picture):
            return found
    return in_post(thread.post, addresses)


def in_post(post: Post, addresses: AddressReader) -> tuple[Candidate, ...]:
    """Gallery, crosspost (its parent's photos), video, pictures in a text, link to a picture, preview of a link."""
    if post.crosspost_parent is not None:
        return in_post(post.crosspost_parent, addresses)
    if post.is_gallery:
        if not post.gallery:
            return (Candidate(post.url, missing=Missing.UNPROCESSED),)
        return tuple(_held(media_id, post.media_metadata, addresses) for media_id in post.gallery)
    if post.is_video:
        return (_video(post, addresses),)
    preview = (post.preview,) if post.preview else ()
    address = addresses.read(post.url)
    if address is not None and address.post != post.fullname:  # first: an image post may have a text too
        linked = _linked(address)
        if linked is not None and linked.missing is None:
            # The preview of a film is a still picture.
            return (replace(linked, fallbacks=(*linked.fallbacks, *(() if linked.moving else preview))),)
        if linked is not None and not preview:
            return (linked,)
        if address.kind is Kind.REACTION:
            return ()
    found = _in_text(Text(post.selftext), post.media_metadata, addresses)
    if found := tuple(one for one in found if one.is_picture):
        return found
    return (Candidate(preview[0], preview[1:]),) if preview else ()


def in_comment(comment: Comment, addresses: AddressReader, *, not_meant: str | None = None) -> tuple[Candidate, ...]:
    """Inline pictures and picture links of a comment, without animated ones."""
    still = {key: item for key, item in comment.media_metadata.items() if (item or {}).get("e") != "AnimatedImage"}
    animated = comment.media_metadata.keys() - still.keys()
    found = _in_text(Text(comment.body), still, addresses, not_meant=not_meant)
    return tuple(one for one in found if _name(one.url) not in animated and not _is_reaction(one))


def of_link(url: str, addresses: AddressReader) -> Candidate | None:
    """The photo, album or thread behind a link; None for any other."""
    address = addresses.read(url)
    return _linked(address) if address is not None else None


def _is_reaction(found: Candidate) -> bool:
    """Whether people mean a word by it, when it stands in a comment."""
    return found.url.lower().endswith(".gif") or (found.moving and found.url.startswith(_IMGUR_FILM))


def _video(post: Post, addresses: AddressReader) -> Candidate:
    """A video that Reddit keeps."""
    address, video = addresses.read(post.url), post.video
    url = address.url if address is not None and address.kind is Kind.MOVING else post.url
    if video is None:
        return Candidate(url, moving=True)
    missing = None if video.ready else Missing.UNPROCESSED
    return Candidate(url, (video.pictures,), missing, moving=True, seconds=video.seconds)


def _linked(address: Address) -> Candidate | None:
    match address.kind:
        case Kind.PICTURE | Kind.MOVING:
            return Candidate(address.url, address.fallbacks, moving=address.kind is Kind.MOVING)
        case Kind.ALBUM:
            return Candidate(address.url, address.fallbacks, album=address.id)
        case Kind.THREAD:
            return Candidate(address.url, post=address.post, comment=address.comment)
        case Kind.SHARE:
            return Candidate(address.url, share=address.id)
        case Kind.PAGE:
            return Candidate(address.url, missing=Missing.PAGE)
    return None


def _in_text(
    text: Text, metadata: Mapping[str, Any], addresses: AddressReader, *, not_meant: str | None = None
) -> tuple[Candidate, ...]:
    """Inline pictures `![img](id)` and links to pictures, in the order of the text, each once."""
    found: dict[str, Candidate] = {}
    for candidate in _named(text, metadata, addresses, not_meant):
        found.setdefault(candidate.url, candidate)
    return tuple(found.values())


def _named(
    text: Text, metadata: Mapping[str, Any], addresses: AddressReader, not_meant: str | None
) -> Iterator[Candidate]:
    for run in text.runs:
        if run.code:
            continue
        if run.picture is not None and _MEDIA_ID.fullmatch(run.picture):
            if run.picture in metadata:
                yield _held(run.picture, metadata, addresses)
            continue
        link = run.picture or run.link
        if link is not None and link != not_meant and (linked := of_link(link, addresses)):
            media_id = _name(linked.url)
            # Reddit's own picture by its id: the metadata knows its original and its preview.
            yield _held(media_id, metadata, addresses) if media_id in metadata and not linked.to_open else linked
        elif link is None:
            # What the editor leaves in the place of a picture that was still being uploaded.
            for media_id in _PROCESSING.findall(run.text):
                if media_id in metadata:
                    yield _held(media_id, metadata, addresses)


def _held(media_id: str, metadata: Mapping[str, Any], addresses: AddressReader) -> Candidate:
    """A picture that Reddit itself holds: the original by its id, its preview as the fallback.

    Readers count it also when the metadata has nothing of it yet.
    """
    item = metadata.get(media_id) or {}
    status = item.get("status", "unprocessed")
    kind = str(item.get("m", "")).rpartition("/")[2]
    suffix = {"jpeg": "jpg", "": "jpg"}.get(kind, kind)
    url = f"{addresses.images}/{media_id}.{suffix}"
    if status == "valid" and item.get("e") in {"Image", "AnimatedImage"}:
        source = item.get("s") or {}
        preview = source.get("u") or source.get("gif")
        return Candidate(url, (preview,) if preview else ())
    return Candidate(url, missing=Missing.UNPROCESSED if status == "unprocessed" else Missing.FAILED)


def _name(url: str) -> str:
    """The name of a file without its suffix."""
    return url.partition("?")[0].rsplit("/", 1)[-1].partition(".")[0]


def first_to_have(found: Iterable[Candidate]) -> int | None:
    """The number of the first photo that can be had or will be; None where all of them are missing for good."""
    return next((i for i, one in enumerate(found, 1) if one.missing in {None, Missing.UNPROCESSED}), None)
