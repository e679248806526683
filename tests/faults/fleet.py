"""A process that polls, a broker and two workers of Celery's: whatever dies is started again, as on a real host."""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.process import BaseProcess

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.store.database import DatabaseFailed, Engine
from bot.store.tables import Job
from tests.broker.servers import RedisBroker
from tests.faults.trial import Trial, started, status_of
from tests.patience import PATIENCE

STOPPED_SECONDS = 1.0
"""For how long a broker answers nobody, and says so to nobody: as when the network is cut."""

_LOOKS = 0.2


def work(trial: Trial, broker: RedisBroker, dice: random.Random, deaths: int, fault: Callable[[], int]) -> int:
    """Work until every summons is done, with so many deaths on the way; how many deaths and faults there were.

    fault: called at each death; adds faults and returns how many.
    """
    start = replace(trial.start(), broker=broker.url)
    runs = [start, *(replace(start, name=name, polls=False) for name in ("one", "two"))]
    doomed = [replace(run, kill_at=dice.randint(1, 150 if run.polls else 60)) for run in runs]
    running, events, end = [(run, started(run)) for run in doomed], fault(), time.monotonic() + PATIENCE
    engine = trial.open_database()
    try:
        while deaths > 0 or not is_done(engine, len(trial.asked)):
            assert time.monotonic() < end, f"it was not done within {PATIENCE:.0f} s, see {trial.folder}"
            time.sleep(_LOOKS)
            for place, (run, process) in enumerate(running):
                if (code := status_of(process)) is None:
                    continue
                trial.count([code])
                deaths -= 1
                events += fault() + (dice.random() < 0.3 and _fail(broker, dice)) + 1
                again = replace(run, kill_at=dice.randint(1, 150 if run.polls else 60) if deaths > 0 else None)
                running[place] = again, started(again)
            if deaths > 0 and is_done(engine, len(trial.asked)):
                break  # nothing is left to be killed at
    finally:
        engine.dispose()
        _stop(trial, [process for _, process in running])
    return events


def is_done(engine: Engine, asked: int) -> bool:
    """Whether every summons is a job, and none is open."""
    counts = select(func.count(), func.count().filter(Job.finished_at.is_(None))).select_from(Job)
    try:
        with Session(engine) as session:
            known, still = session.execute(counts).one()
    except DatabaseFailed:  # there are no tables yet
        return False
    return known >= asked and still == 0


def _fail(broker: RedisBroker, dice: random.Random) -> int:
    match dice.choice(("killed", "emptied", "stopped")):
        case "killed":
            broker.kill()
            broker.start()
        case "emptied":
            broker.empty()
        case _:
            with broker.stopped():
                time.sleep(STOPPED_SECONDS)
    return 1


def _stop(trial: Trial, processes: list[BaseProcess]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        trial.ended(process)
