"""What the bot may expect of a place that keeps result pictures."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, runtime_checkable

from bot.domain.refusals import Refused
from bot.store.files import FILM


class CannotFind(Refused):
    """The host may have the picture and has no way to find it, now or later."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a host can do.

    max_bytes: the largest picture that it takes. film_bytes: the largest film; 0 where it takes none. deletable:
    `delete` takes the picture away. native: Reddit shows the picture itself. nsfw: it takes NSFW pictures.
    finds: a picture is found by its key, so that one whose upload was cut short can be replaced or deleted.
    """

    max_bytes: int
    deletable: bool
    native: bool
    nsfw: bool
    film_bytes: int = 0
    finds: bool = True

    def largest(self, *, moving: bool) -> int:
        """The most bytes of a film, or of a picture."""
        return self.film_bytes if moving else self.max_bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """A file to be kept: a JPEG, or a film as MP4.

    key: chosen by the caller, unguessable and safe in a path and a URL; that of a film ends in ".mp4". title: what it
    is, in words that everybody may read; some hosts show it.
    """

    key: str
    content: bytes
    title: str
    nsfw: bool

    @property
    def moving(self) -> bool:
        """Whether it is a film."""
        return self.key.endswith(FILM)

    @property
    def media_type(self) -> str:
        """Its type as in HTTP."""
        return "video/mp4" if self.moving else "image/jpeg"


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """A picture at its host.

    url: its public address. token: what `delete` must be given; None where it needs nothing.
    """

    url: str
    token: str | None = None


class Host(Protocol):
    """A place that keeps pictures. Its methods may be called from several threads.

    Failures that may pass, or that an operator can put right, are raised as RetryLater; Refused means that this host
    will never take this picture.
    """

    name: str
    capabilities: Capabilities

    def upload(self, picture: Picture) -> StoredPicture:
        """Keep a picture. The same key again replaces or finds it, so that a step cut short can simply run again."""

    def delete(self, key: str, token: str | None) -> None:
        """Return when the host has confirmed that the picture is gone; one that was gone before counts as gone.

        token: what the upload gave. None when that is not known, because the upload was cut short; a host that finds
        nothing without it raises CannotFind.
        """

    def check(self) -> None:
        """Write, read and delete a probe. Raises what `upload` and `delete` raise."""


@runtime_checkable
class LateHost(Host, Protocol):
    """A host that may show a picture only some time after it was given it, until when `upload` would make another."""

    def find(self, key: str, since: timedelta) -> StoredPicture | None:
        """The picture whose upload began so long ago and was cut short; None when there is none.

        Raises Uncertain as long as it may still show up.
        """
