"""How often a password may be tried: whoever fails waits, longer each time, and nobody is locked out."""

import ipaddress
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

FREE = 5
"""Failures without a wait."""

FIRST = 1.0
"""The wait after the first failure beyond those, in seconds; it doubles with each."""

LONGEST = 60.0
"""The longest wait between two tries of one client, in seconds."""

FORGIVEN = 900.0
"""Seconds without a try after which a client begins anew."""

IN_ALL = 60
"""Tries of all strangers within a minute: each is checked at a cost, on purpose."""

_CLIENTS = 10_000


class Brake:
    """Counts tries by client: an address, an IPv6 network, or a browser that has logged in before.

    A try counts as failed until `passed` is called, so that many at once count too.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._clients: OrderedDict[str, tuple[int, float]] = OrderedDict()  # failures, and when the last one was
        self._strangers: deque[float] = deque(maxlen=IN_ALL)
        self._lock = threading.Lock()

    def admit(self, client: str, *, known: bool = False) -> float:
        """0 when the client may try now, else the seconds until it may. known: strangers' tries do not matter."""
        with self._lock:
            now = self._clock()
            failures, last = self._clients.get(client, (0, now))
            if now - last > FORGIVEN:
                failures = 0
            wait = last + _pause(failures) - now
            if not known and len(self._strangers) == IN_ALL:
                wait = max(wait, self._strangers[0] + 60 - now)
            if wait > 0:
                return wait
            self._clients[client] = (failures + 1, now)
            self._clients.move_to_end(client)
            if len(self._clients) > _CLIENTS:
                self._clients.popitem(last=False)
            if not known:
                self._strangers.append(now)
            return 0

    def passed(self, client: str) -> None:
        """The client gave the right password."""
        with self._lock:
            self._clients.pop(client, None)


def client_of(address: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 of an IPv6 address, which one household has whole."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def _pause(failures: int) -> float:
    return 0.0 if failures < FREE else min(LONGEST, FIRST * 2.0 ** min(failures - FREE, 10))
