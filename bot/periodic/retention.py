"""Forgetting what people wrote and who they are, once it is old."""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from functools import partial
from typing import TypeVar

import structlog

from bot.store import audit, forgetting, hosted, moderator_answers, removals
from bot.store.database import Engine
from bot.store.files import JobFiles
from bot.store.views import Views

EVERY = timedelta(minutes=10)
"""How often this is done. `clear_remains` looks back twice as far, to make up for a run that found the file in use."""

log = structlog.get_logger("bot.periodic.retention")

Key = TypeVar("Key", int, str)


def run(engine: Engine, *, keep: timedelta, pictures: timedelta = timedelta(0)) -> int:
    """Forget what closed jobs hold that were received longer ago than `keep`; returns how many jobs that were.

    pictures: how long pictures stand before they are taken down together with their reply; 0: as long as the reply.
    """
    if pictures and (old := removals.expire(engine, pictures)):
        log.info("replies_expired", jobs=old)
    if found := forgetting.forget_before(engine, keep):
        log.info("forgotten", jobs=found)
    audit.forget_names(engine, keep)
    moderator_answers.forget_before(engine, keep)
    forgetting.clear_remains(engine, within=2 * EVERY)
    return found


def drop_files(engine: Engine, files: JobFiles) -> int:
    """Drop the files of forgotten jobs on this machine, each worker its own; returns how many jobs had some."""
    return _drop(files.job_ids(), partial(forgetting.which_are_forgotten, engine), files.drop)


def drop_views(engine: Engine, views: Views) -> int:
    """Drop the smaller copies of pictures that are given up, each machine its own; returns of how many pictures."""
    return _drop(views.known(), partial(hosted.which_are_given_up, engine), views.drop)


def _drop(kept: Sequence[Key], which: Callable[[Sequence[Key]], Collection[Key]], drop: Callable[[Key], None]) -> int:
    """Drop what the database says may go, asked a batch at a time; returns how many that were."""
    found = 0
    for first in range(0, len(kept), forgetting.BATCH):
        for key in which(kept[first : first + forgetting.BATCH]):
            drop(key)
            found += 1
    return found
