"""What the reply log shows of a job."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.outcomes import Group, Outcome
from bot.domain.stages import Stage
from bot.store.actions import OPERATOR
from bot.store.files import JobFiles
from bot.store.tables import Job, Photo, Step


@dataclass(frozen=True, slots=True)
class Badge:
    """The state of a job in a word; `group` gives its colour, `meaning` explains it, `choice` filters by it."""

    name: str
    group: str
    meaning: str
    choice: str | None


@dataclass(frozen=True, slots=True)
class Timing:
    """The seconds that a stage took, over all of its runs."""

    stage: str
    seconds: float
    runs: int


@dataclass(frozen=True, slots=True)
class Row:
    """A job with everything that its row needs. Links are None where there is nothing safe to link to.

    before, after: the names of the thumbnails of one photo, where they are on this machine.
    """

    job: Job
    badge: Badge
    photos: Sequence[Photo]
    waiting: str | None
    asked: str | None
    replied: str | None
    before: str | None
    after: str | None
    timings: Sequence[Timing]
    last_step: int

    @property
    def seconds(self) -> float:
        """Working time, without waiting."""
        return sum(timing.seconds for timing in self.timings)

    @property
    def verdicts(self) -> list[str]:
        """The verdicts on the photos, in their order, each once."""
        return list(dict.fromkeys(photo.verdict for photo in self.photos if photo.verdict))

    @property
    def remark(self) -> str:
        """The detail of the end; while there is none, or when it is a failure, the last error."""
        if self.job.outcome is None or self.badge.group == Group.FAILED.value:
            return self.job.detail or self.job.error or ""
        return self.job.detail

    @property
    def version(self) -> str:
        """Another text once anything that the row shows has changed, its times apart."""
        job = self.job
        shown = (self.last_step, self.waiting, job.score, job.removal, job.removed_at, self.before, self.after)
        return f"{zlib.crc32(repr(shown).encode()):x}"


@dataclass(frozen=True, slots=True)
class Count:
    """How many jobs ended in one way."""

    badge: Badge
    number: int


def row_of(
    job: Job, steps: Sequence[Step], photos: Sequence[Photo], *, files: JobFiles, reddit_url: str, now: datetime
) -> Row:
    """The row of a job."""
    pairs = [thumbnails(files, photo) for photo in photos]
    before, after = next((pair for pair in pairs if pair[1]), pairs[0] if pairs else (None, None))
    return Row(
        job=job,
        badge=badge_of(job.outcome),
        photos=photos,
        waiting=_waiting(job, now) if job.finished_at is None else None,
        asked=reddit_link(reddit_url, job.permalink),
        replied=None if job.removed_at else reddit_link(reddit_url, job.reply_permalink),
        before=before,
        after=after,
        timings=timings(steps),
        last_step=steps[-1].id if steps else 0,
    )


def thumbnails(files: JobFiles, photo: Photo) -> tuple[str | None, str | None]:
    """The names of the thumbnails of a photo and of its first result, None for one that is not on this machine."""
    before, after = JobFiles.before(photo.number), JobFiles.after(photo.number)
    there = [name if files.path(photo.job_id, name).is_file() else None for name in (before, after)]
    return there[0], there[1]


def badge_of(outcome: str | None) -> Badge:
    """The badge of a stored outcome; None and "open" are jobs without an end."""
    if outcome in {None, "open"}:
        return Badge("open", "open", "The job is waiting or being worked on.", "open")
    try:
        known = Outcome.named(str(outcome))
    except KeyError:  # stored by a newer version that shares the database
        return Badge(str(outcome), "open", "This version of the bot does not know this outcome.", None)
    return Badge(known.value, known.group.value, known.meaning, known.value)


def counts(by_outcome: Mapping[str, int]) -> list[Count]:
    """Open jobs first, then answered, failed and skipped ones, the most frequent first."""
    order = ["open", Group.ANSWERED.value, Group.FAILED.value, Group.SKIPPED.value]
    found = [Count(badge_of(name), number) for name, number in by_outcome.items()]
    return sorted(found, key=lambda count: (order.index(count.badge.group), -count.number, count.badge.name))


def timings(steps: Iterable[Step]) -> list[Timing]:
    """The seconds by stage, in the order of the stages; an operator's steps take none."""
    seconds: dict[str, list[float]] = {stage.value: [] for stage in Stage}
    for step in steps:
        if step.stage != OPERATOR:
            seconds.setdefault(step.stage, []).append(step.seconds)
    return [Timing(stage, sum(taken), len(taken)) for stage, taken in seconds.items() if taken]


def reddit_link(base: str, permalink: str | None) -> str | None:
    """The address of a permalink on Reddit; None unless it is a path there."""
    if not permalink or not permalink.startswith("/") or permalink.startswith(("//", "/\\")):
        return None
    return base.rstrip("/") + permalink


def web_link(url: str | None) -> str | None:
    """The URL when a click on it can do no harm here: http or https and nothing else."""
    return url if url and url.lower().startswith(("http://", "https://")) else None


def _waiting(job: Job, now: datetime) -> str:
    if job.claimed_until is not None and job.claimed_until > now:
        return f"working on {job.stage}"
    return f"waiting for {job.stage}"
