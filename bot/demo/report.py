"""What a demo has done: as a table for people, as JSON for programs."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table

from bot.app.bot import Bot
from bot.domain.outcomes import Group, Outcome
from bot.store.files import name_of
from bot.store.pictures import photos_of, results_of
from bot.store.reply_log import latest_jobs, steps_of
from bot.store.tables import Hosted, Job, Photo, Step

_COLOURS = {Group.ANSWERED: "green", Group.SKIPPED: "yellow", Group.FAILED: "red"}


def report_of(bot: Bot, *, posts: int, seconds: float) -> "Report":
    """What the bot has done so far, on so many posts and in so many seconds."""
    done = latest_jobs(bot.engine, limit=10_000)[::-1]
    return Report(
        done,
        steps=steps_of(bot.engine, [job.id for job in done]),
        photos={job.id: photos_of(bot.engine, job) for job in done},
        results={job.id: results_of(bot.engine, job) for job in done},
        posts=posts,
        seconds=seconds,
        folder=bot.host.folder,
    )


@dataclass(frozen=True)
class Report:
    """What a demo has done, for the table and for --json."""

    jobs: Sequence[Job]
    steps: Mapping[int, Sequence[Step]]
    photos: Mapping[int, Sequence[Photo]]
    results: Mapping[int, Sequence[Hosted]]
    posts: int
    seconds: float
    folder: Path

    def timed(self) -> Iterator[tuple[Job, float]]:
        """Each job with the seconds that its steps took together."""
        return ((job, sum(step.seconds for step in self.steps[job.id])) for job in self.jobs)

    def as_json(self) -> dict[str, Any]:
        """The totals, the reasons and the replies."""
        groups = [(job.outcome, job) for job in self.jobs]
        skipped = Counter(outcome for outcome, _ in groups if outcome and outcome.group is Group.SKIPPED)
        answered = [job for outcome, job in groups if outcome and outcome.group is Group.ANSWERED]
        named = Counter(job.outcome for job in answered)
        return {
            "posts": self.posts,
            "summonses": len(self.jobs),
            "colorized": named[Outcome.COLORIZED] + named[Outcome.GIVEN_AGAIN],
            "answered": dict(sorted(named.items())),
            "skipped": dict(sorted(skipped.items())),
            "failed": len(self.jobs) - len(answered) - skipped.total(),
            "replies": [
                {"post": job.post, "comment": job.reply, "pictures": [self._path(one) for one in self.results[job.id]]}
                for job in answered
            ],
            "seconds": round(self.seconds, 2),
        }

    def _path(self, hosted: Hosted) -> str:
        return str(self.folder / name_of(hosted.key))

    def as_table(self, reddit_url: str) -> Table:
        """One row for each summons."""
        table = Table("post and reply", "verdict", "outcome", "seconds", title="What the bot did")
        table.columns[0].overflow = "fold"
        table.columns[3].justify = "right"
        for job, seconds in self.timed():
            outcome = job.outcome
            shown = f"[{_COLOURS[outcome.group]}]{outcome}[/]" if outcome else "open"
            post = escape(job.title)
            if job.reply:
                post += "\nby message" if job.delivery == "message" else f"\n[cyan]{reddit_url}/{job.reply}[/]"
            table.add_row(
                post, ", ".join(photo.verdict or "" for photo in self.photos[job.id]), shown, f"{seconds:.2f}"
            )
        return table
