"""The default host: a folder that the bot's own web process serves under /results/."""

import re
from pathlib import Path

from bot.hosting.host import Capabilities

_KEY = re.compile(r"[A-Za-z0-9_-]{8,80}")


class FolderHost:
    """Pictures in a folder; `public_url` is the address at which redditors reach the bot's web process."""

    name = "folder"
    capabilities = Capabilities(max_bytes=50 * 2**20, deletable=True, native=False, nsfw=True)

    def __init__(self, folder: Path, public_url: str) -> None:
        self.folder = folder
        self.public_url = public_url.rstrip("/")

    def upload(self, key: str, jpeg: bytes) -> str:
        """Write the file; a reader never sees half of it."""
        path = self.path(key)
        self.folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.write_bytes(jpeg)
        partial.replace(path)
        return f"{self.public_url}/results/{key}.jpg"

    def delete(self, key: str) -> bool:
        """Remove the file; True when it was there."""
        path = self.path(key)
        there = path.exists()
        path.unlink(missing_ok=True)
        return there

    def path(self, key: str) -> Path:
        """Where the file of a key lies. Raises ValueError for a key that could leave the folder."""
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key!r} is not a key of a hosted picture")
        return self.folder / f"{key}.jpg"
