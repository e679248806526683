"""Makes a fork server ready: imported there once, so that a bot forked from it starts with everything imported.

One bot runs here to its end first, and the weights stay loaded; what is killed is still a process with a database and
connections of its own.
"""

import gc
from functools import cache

import celery.bin.worker  # noqa: F401
import kombu.transport.redis  # noqa: F401 - both for workers of Celery's
import torch

import tests.postgres  # noqa: F401
from bot import logs
from colorizer import Colorizer
from tests.faults import fleet, record  # noqa: F401 - what the programs import that start the trials
from tests.faults.child import work_through
from tests.faults.trial import trials

Colorizer.load = cache(Colorizer.load)  # type: ignore[method-assign]

torch.set_num_threads(1)  # OpenMP's other threads are not there after a fork, and what is computed would wait for them

logs.configure(level="ERROR")
with trials() as trial:
    work_through(trial.start())

gc.collect()
gc.freeze()  # else the first collection in each bot copies every page that it shares with this process
