"""A process's place under its work.name: taken when it begins, left in good order when it ends."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import structlog

from bot.app.claims import Claims
from bot.app.lock import only_holder, only_process
from bot.app.services import Services
from bot.store import jobs
from bot.store.database import count_rows, make_folder, migrate

log = structlog.get_logger("bot.app")


@contextmanager
def taken(services: Services, claims: Claims) -> Iterator[None]:
    """Lock the worker's name, bring the tables up to date, take up what a killed process left, and renew `claims`.

    Raises AlreadyRunning.
    """
    data, work, engine = services.settings.data_dir, services.settings.work, services.engine
    make_folder(data)
    with ExitStack() as stack:
        todo = "a worker beside it needs a work.name of its own"
        stack.enter_context(only_process(data / f"worker-{work.name}.lock", todo))
        migrate(engine)
        count_rows(engine)
        stack.enter_context(only_holder(engine, work.name))
        left = jobs.release(engine, work.name, died=True, grace=timedelta(seconds=work.retry_seconds))
        if left:
            log.info("resuming", jobs=left)
        stack.enter_context(claims.renewed())
        try:
            yield
        finally:
            jobs.release(engine, work.name, died=False)
