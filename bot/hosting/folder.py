"""The default host: a folder that the bot's own web process serves under /results/."""

import re
import secrets
from pathlib import Path

from bot.domain.outcomes import Outcome
from bot.domain.refusals import RetryLater
from bot.hosting.host import Capabilities, Picture, StoredPicture
from bot.store.files import name_of, write_whole

_KEY = re.compile(r"[A-Za-z0-9_-]{8,80}(?:\.mp4)?")


class FolderHost:
    """Pictures in a folder; `public_url` is the address at which redditors reach the bot's web process."""

    name = "folder"
    capabilities = Capabilities(max_bytes=50 * 2**20, deletable=True, native=False, nsfw=True, film_bytes=200 * 2**20)

    def __init__(self, folder: Path, public_url: str) -> None:
        self.folder = folder
        self.public_url = public_url.rstrip("/")

    def upload(self, picture: Picture) -> StoredPicture:
        """Write the file; a reader never sees half of it."""
        path = self.path(picture.key)
        try:
            write_whole(path, picture.content)
        except OSError as error:
            raise RetryLater(f"write {path}: {error.strerror}", then=Outcome.HOST_FAILED) from error
        return StoredPicture(f"{self.public_url}/results/{name_of(picture.key)}")

    def delete(self, key: str, token: str | None = None) -> None:  # noqa: ARG002 - some hosts need it
        """Remove the file."""
        path = self.path(key)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise RetryLater(f"delete {path}: {error.strerror}", then=Outcome.HOST_FAILED) from error

    def check(self) -> None:
        """Write, read and delete a file. The web process need not run for it, so nothing is fetched over HTTP."""
        probe = Picture(f"probe-{secrets.token_hex(8)}", b"probe", "", nsfw=False)
        self.upload(probe)
        try:
            if self.path(probe.key).read_bytes() != probe.content:
                raise RetryLater(f"{self.folder} gives back other bytes than were written", then=Outcome.HOST_FAILED)
        finally:
            self.delete(probe.key)

    def path(self, key: str) -> Path:
        """Where the file of a key lies. Raises ValueError for a key that could leave the folder."""
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key!r} is not a key of a hosted picture")
        return self.folder / name_of(key)
