"""Pictures of a job on this machine: what was fetched, what was made, and the thumbnails of the reply log."""

import errno
import shutil
import threading
import time
from pathlib import Path

import structlog

FILM = ".mp4"
"""The end of the key of a hosted film; keys of pictures have none."""

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})
"""What a system says where nothing (more) can be written."""

_TRIED_EVERY = 2.0
"""Seconds between two looks whether there is room again, at least."""

log = structlog.get_logger("bot.store")


def name_of(key: str) -> str:
    """The file's name at its host."""
    return key if key.endswith(FILM) else f"{key}.jpg"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a reader never sees half of it; its folder is made if need be. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)  # on a full disk it would take the room that is left
        raise


class JobFiles:
    """One folder for each job; a file appears whole or not at all."""

    REFERENCE = "palette"
    """The name of the picture whose colours results should have."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lacking, self._tried_at, self._lock = 0, 0.0, threading.Lock()

    def path(self, job_id: int, name: str) -> Path:
        """Where a file of a job lies, whether it is there or not."""
        return self._root / str(job_id) / name

    def read(self, job_id: int, name: str) -> bytes | None:
        """The file, or None when it is not there."""
        try:
            return self.path(job_id, name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, job_id: int, name: str, data: bytes) -> None:
        """Write the file in one go."""
        try:
            write_whole(self.path(job_id, name), data)
        except OSError as error:
            if error.errno in NO_ROOM:
                self._has_failed(len(data), error)
            raise

    def has_room(self) -> bool:
        """Whether a file can be written that is as large as the last for which there was no room; tries it."""
        with self._lock:
            if self._lacking and time.monotonic() - self._tried_at >= _TRIED_EVERY:
                self._try()
            return not self._lacking

    def _has_failed(self, size: int, error: OSError) -> None:
        with self._lock:
            if not self._lacking:
                todo = "make room; until then nothing is fetched"
                log.error("disk_full", folder=str(self._root), bytes=size, reason=error.strerror, todo=todo)
            self._lacking, self._tried_at = max(1, size), time.monotonic()

    def _try(self) -> None:
        trial = self._root / "trial"
        self._tried_at = time.monotonic()
        try:
            write_whole(trial, bytes(self._lacking))
            trial.unlink()
        except OSError:
            return
        self._lacking = 0
        log.info("disk_has_room", folder=str(self._root))

    def drop(self, job_id: int) -> None:
        """Keep nothing of the job."""
        folder = self._root / str(job_id)
        if folder.exists():
            shutil.rmtree(folder)

    def job_ids(self) -> list[int]:
        """The jobs of which something is kept on this machine."""
        folders = self._root.iterdir() if self._root.exists() else ()
        return sorted(int(folder.name) for folder in folders if folder.name.isdecimal())

    @staticmethod
    def original(number: int) -> str:
        """The name of a photo as it came."""
        return f"original-{number}"

    @staticmethod
    def result(number: int, variant: int) -> str:
        """The name of a result."""
        return f"result-{number}-{variant}.jpg"

    @staticmethod
    def film(number: int) -> str:
        """The name of a film's result."""
        return f"result-{number}-0{FILM}"

    @staticmethod
    def sound(number: int) -> str:
        """The name of the file with a film's sound, where that is not in the original."""
        return f"sound-{number}"

    @staticmethod
    def comparison(number: int) -> str:
        """The name of a side-by-side."""
        return f"comparison-{number}.jpg"

    @staticmethod
    def view(name: str, size: str) -> str:
        """The name of a smaller copy of a result; by the name of a side-by-side, of the photo as it was."""
        return f"{name.removesuffix('.jpg').removesuffix(FILM)}-{size}.jpg"

    @staticmethod
    def before(number: int) -> str:
        """The name of the thumbnail of a photo."""
        return f"before-{number}.jpg"

    @staticmethod
    def after(number: int) -> str:
        """The name of the thumbnail of a photo's first result."""
        return f"after-{number}.jpg"

    def drop_large(self, job_id: int) -> None:
        """Keep only the thumbnails: the job is done."""
        for path in (self._root / str(job_id)).glob("*"):
            if path.is_dir():  # a film that was not finished
                shutil.rmtree(path, ignore_errors=True)
            elif not path.name.startswith(("before-", "after-")) or path.name.endswith(".partial"):
                path.unlink(missing_ok=True)
