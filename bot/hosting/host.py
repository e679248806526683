"""What the bot may expect of a place that keeps result pictures."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a host can do.

    max_bytes: the largest file that it takes. deletable: `delete` takes the picture away. native: Reddit shows the
    picture itself. nsfw: it takes NSFW pictures.
    """

    max_bytes: int
    deletable: bool
    native: bool
    nsfw: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG to be kept.

    key: chosen by the caller, unguessable and safe in a path and a URL. title: what it is, in words that everybody may
    read; some hosts show it.
    """

    key: str
    jpeg: bytes
    title: str
    nsfw: bool


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

        token: what the upload gave. None when that is not known, because the upload was cut short.
        """

    def check(self) -> None:
        """Write, read and delete a probe. Raises what `upload` and `delete` raise."""
