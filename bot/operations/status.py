"""How the bot is doing, in one look."""

import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select

from bot.domain.outcomes import Group, Outcome
from bot.store import notes
from bot.store.jobs import count_open, now
from bot.store.reply_log import oldest_open
from bot.store.tables import Hosted, Job

WINDOW = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Status:
    """The numbers; times are UTC. `outcomes`: how the jobs of the last 24 hours ended, the most frequent first."""

    paused: str | None
    open_jobs: int
    oldest_open: datetime | None
    last_poll: datetime | None
    last_reply: datetime | None
    last_backup: datetime | None
    outcomes: dict[str, int]
    replies_to_remove: int
    pictures_to_delete: int
    database_bytes: int | None
    disk_free_bytes: int
    disk_total_bytes: int

    def as_json(self) -> dict[str, Any]:
        """With times as ISO 8601."""
        return {
            name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(self).items()
        }

    def lines(self, moment: datetime) -> Iterator[tuple[str, str]]:
        """What and how much, for the terminal."""
        yield "paused", self.paused or "no"
        oldest = f", the oldest for {ago(self.oldest_open, moment)}" if self.oldest_open else ""
        yield "open jobs", f"{self.open_jobs}{oldest}"
        for name in ("last_poll", "last_reply", "last_backup"):
            time: datetime | None = getattr(self, name)
            yield name.replace("_", " "), f"{ago(time, moment)} ago" if time else "never"
        for group in Group:
            found = {name: count for name, count in self.outcomes.items() if Outcome.named(name).group is group}
            listed = ", ".join(f"{name} {count}" for name, count in found.items())
            yield f"{group} in 24 h", f"{sum(found.values())}" + (f" ({listed})" if listed else "")
        yield "to take down", f"{self.replies_to_remove} replies, {self.pictures_to_delete} pictures"
        if self.database_bytes is not None:
            yield "database", size(self.database_bytes)
        yield "disk", f"{size(self.disk_free_bytes)} free of {size(self.disk_total_bytes)}"


def status_of(engine: Engine, data_dir: Path) -> Status:
    """Read it from the database and the disk; the bot need not run."""
    ended = select(Job.outcome, func.count()).where(Job.finished_at > now() - WINDOW, Job.outcome.is_not(None))
    with engine.connect() as connection:
        outcomes = {
            str(name): int(count)
            for name, count in connection.execute(ended.group_by(Job.outcome).order_by(func.count().desc()))
        }
        last_reply = connection.scalar(select(func.max(Job.replied_at)))
        removals = select(func.count()).where(Job.removal.is_not(None), Job.removed_at.is_(None))
        unwanted = select(func.count()).where(Hosted.unwanted_at.is_not(None), Hosted.deleted_at.is_(None))
        counts = [connection.scalar(query) or 0 for query in (removals, unwanted)]
    disk = shutil.disk_usage(data_dir if data_dir.exists() else data_dir.absolute().anchor)
    return Status(
        paused=notes.why_paused(engine),
        open_jobs=count_open(engine),
        oldest_open=oldest_open(engine),
        last_poll=notes.moment(engine, notes.LAST_POLL),
        last_reply=last_reply,
        last_backup=notes.moment(engine, notes.LAST_BACKUP),
        outcomes=outcomes,
        replies_to_remove=counts[0],
        pictures_to_delete=counts[1],
        database_bytes=_bytes_of(engine),
        disk_free_bytes=disk.free,
        disk_total_bytes=disk.total,
    )


def ago(time: datetime, moment: datetime) -> str:
    """The time between, to two units: "3 d 4 h", "12 min 5 s"."""
    left = max(0, int((moment - time).total_seconds()))
    parts: list[str] = []
    for unit, name in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        count, left = divmod(left, unit)
        if count or parts or unit == 1:
            parts.append(f"{count} {name}")
        if len(parts) == 2:
            break
    return " ".join(parts)


def size(count: int) -> str:
    """Bytes with a unit: "512 B", "3.1 GiB"."""
    number = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if number < 1024:
            return f"{number:.0f} {unit}" if unit == "B" or number >= 100 else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:.1f} TiB"


def _bytes_of(engine: Engine) -> int | None:
    """The SQLite file with its write-ahead log; None for a server's database."""
    if engine.dialect.name != "sqlite":
        return None
    file = Path(engine.url.database or "")
    return sum(path.stat().st_size for path in (file, file.with_name(f"{file.name}-wal")) if path.exists())
