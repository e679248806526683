"""A server that a program of the tests has started ends with that program, also when it is killed."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.patience import wait_until

REDIS = """
from tests.broker.servers import RedisBroker
broker = RedisBroker.on_loopback(Path(sys.argv[1]) / "broker")
broker.start()
print(broker._process.pid, flush=True)
time.sleep(1000)
"""

POSTGRES = """
from tests.postgres import running
with running(Path(sys.argv[1])) as url:
    print((Path(sys.argv[1]) / "postmaster.pid").read_text().split()[0], flush=True)
    time.sleep(1000)
"""


@pytest.fixture
def folder():
    """A place that PostgreSQL's user may enter."""
    with tempfile.TemporaryDirectory(prefix="colorizebot-server-") as path:
        yield path


@pytest.mark.parametrize(
    "program",
    [
        pytest.param(REDIS, marks=pytest.mark.celery, id="redis"),
        pytest.param(POSTGRES, marks=[pytest.mark.postgres, pytest.mark.slow], id="postgres"),
    ],
)
def test_a_server_ends_with_the_program_that_started_it(program, folder):
    if program is REDIS and not shutil.which("redis-server"):
        pytest.skip("redis-server is not installed")
    command = [sys.executable, "-c", f"import sys, time\nfrom pathlib import Path\n{program}", folder]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True) as started:
        server = int(started.stdout.readline())
        os.kill(server, 0)
        started.send_signal(signal.SIGKILL)
    wait_until(lambda: not Path(f"/proc/{server}").exists())
