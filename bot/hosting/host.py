"""What the pipeline may expect of a place that keeps result pictures."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a host can do.

    max_bytes: the largest file that it takes. deletable: `delete` really removes the file. native: Reddit shows the
    picture itself. nsfw: it takes NSFW pictures.
    """

    max_bytes: int
    deletable: bool
    native: bool
    nsfw: bool


class Host(Protocol):
    """A place that keeps pictures. `key` is chosen by the caller, unguessable and safe in a path and a URL.

    Uploading the same key again replaces the file, so a step that was cut short can simply run again. Failures that
    may pass are raised as RetryLater, the others as Refused.
    """

    name: str
    capabilities: Capabilities

    def upload(self, key: str, jpeg: bytes) -> str:
        """Keep a JPEG; returns the URL at which a redditor sees it."""

    def delete(self, key: str) -> bool:
        """Remove it; True when it was there."""
