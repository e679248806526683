"""A network of its own for a server, joined to this machine by a cable that can be pulled. Needs root and iproute2."""

import contextlib
import secrets
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from tests.processes import Guard

_NETWORKS = IPv4Address("198.18.0.0")
"""Of 198.18.0.0/15, which is for trials of networks (RFC 2544): four addresses for each."""


@dataclass(frozen=True)
class Island:
    """name: of the network namespace. address: where servers in it are reached."""

    name: str
    address: str

    @property
    def inside(self) -> list[str]:
        """A command that runs what follows it there."""
        return ["ip", "netns", "exec", self.name]

    @contextlib.contextmanager
    def cut(self) -> Iterator[None]:
        """Nothing passes for the time of the block, and nobody is told: no connection is closed or refused."""
        _ip(f"-netns {self.name} link set inner down")
        try:
            yield
        finally:
            _ip(f"-netns {self.name} link set inner up")


@contextlib.contextmanager
def island() -> Iterator[Island]:
    """An empty one."""
    name, first = f"bot{secrets.token_hex(4)}", _NETWORKS + 4 * secrets.randbelow(2**15)
    guard = Guard(f"ip netns del {name}")
    _ip(f"netns add {name}")
    try:
        _ip(f"link add {name} type veth peer name inner netns {name}")
        _ip(f"addr add {first + 1}/30 dev {name}")
        _ip(f"link set {name} up")
        _ip(f"-netns {name} addr add {first + 2}/30 dev inner")
        _ip(f"-netns {name} link set inner up")
        yield Island(name, str(first + 2))
    finally:
        _ip(f"netns del {name}")
        guard.dismiss()


def _ip(words: str) -> None:
    subprocess.run(["ip", *words.split()], check=True)
