"""How the bot is doing, in one look."""

import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from textwrap import shorten
from typing import Any

from bot.domain.outcomes import Group, Outcome
from bot.domain.units import size, two_units
from bot.store import counts, damage, moderator_answers, notes, outages
from bot.store.database import WHAT_TO_DO, Engine
from bot.store.jobs import count_open, now
from bot.store.reply_log import oldest_open

WINDOW = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Status:
    """The numbers; times are UTC. `outcomes`: how the jobs of the last 24 hours ended, the most frequent first.

    moderators_wrote: the newest answers of moderators in modmail, newest first, with subreddit, author, body, sent_at.
    """

    damaged_tables: list[str]
    database_kind: str
    paused: str | None
    paused_steps: dict[str, str]
    open_jobs: int
    oldest_open: datetime | None
    last_poll: datetime | None
    last_reply: datetime | None
    last_backup: datetime | None
    outcomes: dict[str, int]
    replies_to_remove: int
    pictures_to_delete: int
    moderators_wrote: list[dict[str, str]]
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
        if self.damaged_tables:
            yield "damaged", f"{', '.join(self.damaged_tables)}: {WHAT_TO_DO[self.database_kind]}"
        yield "paused", self.paused or "no"
        for step, why in self.paused_steps.items():
            yield "paused step", f"{step}: {why}"
        oldest = f", the oldest for {_since(self.oldest_open, moment)}" if self.oldest_open else ""
        yield "open jobs", f"{self.open_jobs}{oldest}"
        for name in ("last_poll", "last_reply", "last_backup"):
            time: datetime | None = getattr(self, name)
            yield name.replace("_", " "), f"{_since(time, moment)} ago" if time else "never"
        for group in Group:
            found = {name: count for name, count in self.outcomes.items() if Outcome.named(name).group is group}
            listed = ", ".join(f"{name} {count}" for name, count in found.items())
            yield f"{group} in 24 h", f"{sum(found.values())}" + (f" ({listed})" if listed else "")
        yield "to take down", f"{self.replies_to_remove} replies, {self.pictures_to_delete} pictures"
        for wrote in self.moderators_wrote:
            text = " ".join(wrote["body"].split())
            ago = _since(datetime.fromisoformat(wrote["sent_at"]), moment)
            yield "moderators", f"{ago} ago, u/{wrote['author']} of r/{wrote['subreddit']}: {shorten(text, 120)}"
        if self.database_bytes is not None:
            yield "database", size(self.database_bytes)
        yield "disk", f"{size(self.disk_free_bytes)} free of {size(self.disk_total_bytes)}"


def status_of(engine: Engine, data_dir: Path) -> Status:
    """Read it from the database and the disk; the bot need not run."""
    paused = notes.pauses(engine)
    disk = shutil.disk_usage(data_dir if data_dir.exists() else data_dir.absolute().anchor)
    return Status(
        damaged_tables=damage.noted(engine),
        database_kind=engine.dialect.name,
        paused=paused.everything,
        paused_steps=paused.steps,
        open_jobs=count_open(engine),
        oldest_open=oldest_open(engine),
        last_poll=notes.moment(engine, notes.LAST_POLL),
        last_reply=outages.last_reply(engine),
        last_backup=notes.moment(engine, notes.LAST_BACKUP),
        outcomes=counts.endings_since(engine, now() - WINDOW),
        replies_to_remove=counts.replies_to_remove(engine),
        pictures_to_delete=sum(waiting.count for waiting in counts.pictures_to_delete(engine)),
        moderators_wrote=[
            {"subreddit": one.subreddit, "author": one.author, "body": one.body, "sent_at": one.sent_at.isoformat()}
            for one in moderator_answers.latest(engine)
        ],
        database_bytes=_bytes_of(engine),
        disk_free_bytes=disk.free,
        disk_total_bytes=disk.total,
    )


def _since(time: datetime, moment: datetime) -> str:
    return two_units((moment - time).total_seconds())


def _bytes_of(engine: Engine) -> int | None:
    """The SQLite file with its write-ahead log; None for a server's database."""
    if engine.dialect.name != "sqlite":
        return None
    file = Path(engine.url.database or "")
    return sum(path.stat().st_size for path in (file, file.with_name(f"{file.name}-wal")) if path.exists())
