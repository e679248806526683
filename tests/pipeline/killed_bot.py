"""A bot in a process of its own, that may kill itself after a given stage. Not a test: test_kill.py runs it."""

import os
import signal
from pathlib import Path

from bot import logs
from bot.app.bot import Bot
from bot.demo.session import settings_for


def work(url: str, folder: Path, stage: str = "", lag: float | None = None, notice: float | None = None) -> None:
    """Work until nothing is open. lag, notice: `lag_seconds` and `notice_seconds` of the settings."""

    def die(job, step):
        if step.stage == stage:
            os.kill(os.getpid(), signal.SIGKILL)

    logs.configure(level="WARNING")
    settings = settings_for(url, folder)
    if lag is not None:
        settings = settings.model_copy(update={"work": settings.work.model_copy(update={"lag_seconds": lag})})
    if notice is not None:
        settings = settings.model_copy(update={"film": settings.film.model_copy(update={"notice_seconds": notice})})
    bot = Bot(settings, observer=die)
    with bot.opened():
        bot.drain()
