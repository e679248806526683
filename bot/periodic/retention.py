"""Forgetting what people wrote and who they are, once it is old."""

from datetime import timedelta

import structlog

from bot.store import audit, forgetting, hosted, moderator_answers, removals
from bot.store.database import Engine
from bot.store.files import JobFiles
from bot.store.views import Views

EVERY = timedelta(minutes=10)
"""How often this is done. `clear_remains` looks back twice as far, to make up for a run that found the file in use."""

log = structlog.get_logger("bot.periodic.retention")


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
    ids = files.job_ids()
    found = 0
    for first in range(0, len(ids), forgetting.BATCH):
        for job_id in forgetting.which_are_forgotten(engine, ids[first : first + forgetting.BATCH]):
            files.drop(job_id)
            found += 1
    return found


def drop_views(engine: Engine, views: Views) -> int:
    """Drop the smaller copies of pictures that are given up, each machine its own; returns of how many pictures."""
    keys = views.known()
    found = 0
    for first in range(0, len(keys), forgetting.BATCH):
        for key in hosted.which_are_given_up(engine, keys[first : first + forgetting.BATCH]):
            views.drop(key)
            found += 1
    return found
