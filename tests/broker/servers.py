"""Real message brokers on loopback, from Debian's packages, that can be emptied, killed and started again."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from amqp import Connection
from redis import Redis

from bot.domain.queues import Queue
from tests.patience import wait_until
from tests.processes import Guard


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _answers(address, port):
    with socket.socket() as one:
        return one.connect_ex((address, port)) == 0


class Broker:
    """A server in a process group of its own, which ends with this program. environment: for the server alone."""

    _afterwards = ""
    """What else the shell does when the server was ended because this program is gone."""

    def __init__(self, command, folder: Path, url, environment=None):
        self._command = list(map(str, command))
        self._folder = folder
        self._environment = {**os.environ, **(environment or {})}
        self.url = url
        self._address, self.port = urlsplit(url).hostname, urlsplit(url).port

    def start(self):
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "output.txt").open("a") as output:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                env=self._environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
                text=True,
            )
        self._guard = Guard(f"kill -KILL -{self._process.pid}; {self._afterwards}", self._environment)
        wait_until(lambda: _answers(self._address, self.port), self._process)
        wait_until(self._ready, self._process)

    def kill(self):
        """As when the machine loses power."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._guard.dismiss()

    @contextlib.contextmanager
    def stopped(self):
        """Answers nobody for the time of the block, and closes no connection: as when the network is cut."""
        os.killpg(self._process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self._process.pid, signal.SIGCONT)

    def _ready(self):
        return True


class RedisBroker(Broker):
    """Keeps nothing on disk: what it had is gone when it is killed."""

    @classmethod
    def on_loopback(cls, folder):
        return cls.at("127.0.0.1", folder)

    @classmethod
    def at(cls, address, folder, before=()):
        """At an address of this machine. before: a command that runs it, such as one that enters another network."""
        program = shutil.which("redis-server") or pytest.skip("redis-server is not installed")
        port = free_port()
        options = {"bind": address, "port": port, "save": "", "appendonly": "no", "protected-mode": "no"}
        command = [*before, program, *(word for name, value in options.items() for word in (f"--{name}", value))]
        return cls(command, folder, f"redis://{address}:{port}/0")

    def empty(self):
        with Redis.from_url(self.url) as client:
            client.flushall()


class RabbitBroker(Broker):
    """A node of its own, with a name service of its own."""

    _afterwards = "for _ in 1 2 3 4 5; do epmd -kill && break; sleep 1; done"

    @classmethod
    def on_loopback(cls, folder):
        program = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
        if not program.exists():
            pytest.skip("rabbitmq-server is not installed")
        port = free_port()
        environment = {
            "HOME": folder,
            "RABBITMQ_BASE": folder,
            "RABBITMQ_NODENAME": f"t{port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": port,
            "RABBITMQ_DIST_PORT": free_port(),
            "ERL_EPMD_PORT": free_port(),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_MNESIA_BASE": folder / "mnesia",
            "RABBITMQ_LOG_BASE": folder / "log",
            "RABBITMQ_PID_FILE": folder / "pid",
            "RABBITMQ_ENABLED_PLUGINS_FILE": folder / "plugins",
        }
        url = f"amqp://guest:guest@127.0.0.1:{port}//"
        return cls([program], folder, url, {name: str(value) for name, value in environment.items()})

    def kill(self):
        super().kill()
        # Its name service has detached itself, and goes when no node is left in it.
        names = ["epmd", "-kill"]
        wait_until(lambda: subprocess.run(names, env=self._environment, capture_output=True).returncode == 0)

    def empty(self):
        with self._connected() as connection, connection.channel() as channel:
            for queue in Queue:
                channel.queue_purge(queue.value)

    def _connected(self):
        return Connection(f"127.0.0.1:{self.port}", userid="guest", password="guest")

    def _ready(self):
        try:
            with self._connected():
                return True
        except OSError:
            return False
