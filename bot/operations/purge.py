"""Forgetting at an operator's request: what a redditor asked for, one job, or everything of a certain age."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.log_words import bare
from bot.settings import SettingsError
from bot.store import forgetting, moderator_answers, purging, removals
from bot.store.database import Engine
from bot.store.files import JobFiles


@dataclass(frozen=True, slots=True)
class Found:
    """Jobs that a purge is about: all of them, those with a reply that still stands, those that are still open."""

    jobs: Sequence[int]
    replies: int
    open: int


@dataclass(frozen=True, slots=True)
class Purged:
    """What was done. busy: jobs that a worker is busy with, or whose reply may be on its way; nothing was changed."""

    forgotten: int
    replies: int
    busy: Sequence[int]


def of_user(engine: Engine, name: str) -> Found:
    """Every job that the redditor asked for, or that is about a post of theirs."""
    wanted = bare(name)
    if not wanted:
        raise SettingsError("name the redditor: --user NAME")
    return _found(purging.of_user(engine, wanted))


def forget_answers(engine: Engine, name: str) -> int:
    """Delete what that person wrote to the bot as a moderator, in modmail; returns how many answers there were."""
    return moderator_answers.forget_author(engine, bare(name))


def of_job(engine: Engine, job_id: int) -> Found:
    """The one job. Raises SettingsError when there is none of that number."""
    found = _found(purging.of_job(engine, job_id))
    if not found.jobs:
        raise SettingsError(f"there is no job {job_id}; `colorizebot log` shows their numbers")
    return found


def purge(engine: Engine, files: JobFiles, jobs: Sequence[int], tell: Callable[[int], None] | None = None) -> Purged:
    """Forget these jobs and have their replies and pictures removed; the running bot does the latter.

    Only Reddit's ids stay, so that the same summons is not answered again. tell: called with how many are done.
    """
    forgotten, replies, busy = 0, 0, []
    for done, job_id in enumerate(jobs, 1):
        if purging.close(engine, job_id):
            replies += purging.want_gone(engine, job_id)
            removals.take_back(engine, job_id)
            files.drop(job_id)
            forgotten += 1
        else:
            busy.append(job_id)
        if tell:
            tell(done)
    forgetting.clear_remains(engine)
    return Purged(forgotten, replies, busy)


def _found(rows: Sequence[purging.Known]) -> Found:
    return Found(
        [row.id for row in rows],
        replies=sum(row.reply is not None and row.removed_at is None for row in rows),
        open=sum(row.finished_at is None for row in rows),
    )
