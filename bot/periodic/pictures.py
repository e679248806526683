"""Deleting at their hosts the pictures that no reply shows any more, until each host has confirmed."""

from datetime import timedelta
from typing import Protocol

import structlog

from bot.domain.aftercare import WARN_AFTER_FAILURES
from bot.hosting.host import CannotFind
from bot.periodic.guard import log_deletion_failure, shortest_wait
from bot.store import hosted
from bot.store.database import Engine
from bot.store.tables import Hosted

log = structlog.get_logger("bot.periodic.pictures")


class Delete(Protocol):
    """Deletes a file at the host of that name; returns when the host has confirmed that it is gone."""

    def __call__(self, host: str, key: str, token: str | None, /) -> None:
        """Raises Refused or RetryLater."""


def run(engine: Engine, delete: Delete, *, lag: timedelta = timedelta(0), limit: int = 100) -> int:
    """Delete each unwanted picture that is due; returns how many are gone.

    lag: how long a host may take to show what it was given; a picture whose upload was cut short may show up so late.
    None is ever given up but one that its host cannot find, whose upload was cut short: after eight tries in two hours,
    by which time whoever was uploading it has written down what finds it.
    """
    if again := hosted.want_again(engine):
        log.info("pictures_wanted_again", pictures=again)
    return sum(_deleted(engine, picture, delete) for picture in hosted.to_delete(engine, limit, lag))


def give_up_orphans(engine: Engine) -> int:
    """Give up what jobs left behind that ended without a reply, or died; a task of its own, which need not be often."""
    if found := hosted.give_up_orphans(engine):
        log.info("orphans_given_up", pictures=found)
    return found


def _deleted(engine: Engine, picture: Hosted, delete: Delete) -> bool:
    if not hosted.deleting(engine, picture):
        return False
    try:
        delete(picture.host, picture.key, picture.token)
    except Exception as trouble:  # noqa: BLE001 - one host's mistake must not keep the pictures of the others
        _put_off(engine, picture, trouble)
    else:
        hosted.mark_deleted(engine, picture)
        log.info("picture_deleted", host=picture.host, key=picture.key)
        return True
    return False


def _put_off(engine: Engine, picture: Hosted, trouble: Exception) -> None:
    if isinstance(trouble, CannotFind) and picture.attempts + 1 >= WARN_AFTER_FAILURES:
        hosted.leave(engine, picture, trouble.detail)
        todo = "only the host's own staff can find it, by when it came"
        log.error("picture_left", host=picture.host, key=picture.key, created=str(picture.created_at), todo=todo)
        return
    failures = hosted.not_deleted(engine, picture, f"{type(trouble).__name__}: {trouble}", shortest_wait(trouble))
    fields = {"host": picture.host, "key": picture.key, "since": str(picture.unwanted_at)}
    log_deletion_failure(log, "picture_not_deleted", failures, trouble, **fields)
