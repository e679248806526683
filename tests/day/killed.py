"""The day's bot in a process of its own, which somebody kills. Not a test: Day.kill_while_it_replies runs it.

Usage: python killed.py URL FOLDER MOMENT
"""

import sys
from datetime import datetime
from pathlib import Path

import time_machine

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot import logs
from bot.app.bot import Bot
from tests.day.town import settings

logs.configure(level="ERROR")
with (
    time_machine.travel(datetime.fromisoformat(sys.argv[3]), tick=False),
    Bot(settings(sys.argv[1], Path(sys.argv[2]))).opened() as bot,
):
    bot.poll()
    bot.run_periodic_tasks()
    while bot.work():
        pass
