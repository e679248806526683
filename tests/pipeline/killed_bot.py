"""A bot in a process of its own, that may kill itself after a given stage. Not a test: test_kill.py runs it.

Usage: python killed_bot.py URL FOLDER [STAGE]
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
bot = Bot(settings_for(url, folder), observer=die)
with bot.opened():
    bot.drain()
