"""The day's bot in a process of its own, which somebody kills. Not a test: Day.kill_while_it_replies runs it."""

from datetime import datetime
from pathlib import Path

import time_machine

from bot import logs
from bot.app.bot import Bot
from tests.day.town import settings


def work(url: str, folder: Path, moment: datetime) -> None:
    """Do everything that is due at that moment, at which the clock stands still."""
    logs.configure(level="ERROR")
    with time_machine.travel(moment, tick=False), Bot(settings(url, folder)).opened() as bot:
        bot.poll()
        bot.run_periodic_tasks()
        while bot.work():
            pass
