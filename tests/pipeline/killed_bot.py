"""A bot in a process of its own, that may kill itself after a given stage. Not a test: test_kill.py runs it.

Usage: python killed_bot.py URL FOLDER [STAGE [LAG [NOTICE]]]; LAG and NOTICE in seconds, as in the settings.
"""

import os
import signal
import sys
from pathlib import Path

from bot import logs
from bot.app.bot import Bot
from bot.demo.session import settings_for

url, folder, stage = sys.argv[1], Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None


def die(job, step):
    if step.stage == stage:
        os.kill(os.getpid(), signal.SIGKILL)


logs.configure(level="WARNING")
settings = settings_for(url, folder)
if len(sys.argv) > 4:
    work = settings.work.model_copy(update={"lag_seconds": float(sys.argv[4])})
    settings = settings.model_copy(update={"work": work})
if len(sys.argv) > 5:
    film = settings.film.model_copy(update={"notice_seconds": float(sys.argv[5])})
    settings = settings.model_copy(update={"film": film})
bot = Bot(settings, observer=die)
with bot.opened():
    bot.drain()
