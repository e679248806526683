"""Pictures of a job on this machine: what was fetched, what was made, and the thumbnails of the reply log."""

from pathlib import Path


class JobFiles:
    """One folder for each job; a file appears whole or not at all."""

    ORIGINAL = "original"
    RESULT = "result.jpg"
    COMPARISON = "comparison.jpg"
    BEFORE = "before.jpg"
    AFTER = "after.jpg"

    def __init__(self, root: Path) -> None:
        self._root = root

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
        path = self.path(job_id, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{name}.partial")
        partial.write_bytes(data)
        partial.replace(path)

    def drop_large(self, job_id: int) -> None:
        """Keep only the thumbnails: the job is done."""
        for name in (self.ORIGINAL, self.RESULT, self.COMPARISON):
            self.path(job_id, name).unlink(missing_ok=True)
            self.path(job_id, f"{name}.partial").unlink(missing_ok=True)
