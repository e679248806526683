"""Connections that look at the address they are about to use, and end when their time is up.

Checking a host name before the request is not enough: the name can resolve to something else a moment later (DNS
rebinding). So the check sits in the connection itself: it resolves the name once, looks at the addresses, and connects
to exactly those. TLS still verifies the certificate against the name.
"""

import socket
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused
from bot.outgoing import Deadline, use_connections
from bot.photos.urls import AllowedHosts, allow_own, is_public


class GuardedAdapter(HTTPAdapter):
    """A transport for one download: public addresses only, nothing kept, no proxy.

    Its `send` is called directly. A `requests.Session` would read the whole body of every redirect into memory and
    take proxies and passwords from the environment.
    """

    def __init__(self, hosts: AllowedHosts, deadline: Deadline) -> None:
        self._hosts = hosts
        self._deadline = deadline
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        """Make pools whose connections resolve and check for themselves."""
        super().init_poolmanager(connections, maxsize, block, **options)
        hosts, deadline = self._hosts, self._deadline

        class Connection(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return _open(self, super()._new_conn, hosts, deadline)

        class SecureConnection(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return _open(self, super()._new_conn, hosts, deadline)

        use_connections(self.poolmanager, Connection, SecureConnection)


def _open(connection: HTTPConnection, connect: Any, hosts: AllowedHosts, deadline: Deadline) -> socket.socket:
    """Resolve the name of `connection`, check every address, and connect to the first that answers."""
    name = connection.host
    addresses = _resolve(connection)
    if not hosts.may_be_private((name, connection.port)):
        for address in addresses:
            if not is_public(address):
                raise Refused(
                    Outcome.PRIVATE_ADDRESS,
                    f"{name} resolves to {address}, which is not public; {allow_own(name, connection.port)}.",
                )
    patience = connection.timeout
    failure: Exception | None = None
    for address in addresses:
        if deadline.left <= 0:
            break
        connection.timeout = min(patience, deadline.left) if isinstance(patience, int | float) else deadline.left
        # urllib3 connects to `_dns_host`; `host`, which TLS verifies, is derived from it and so must be put back.
        connection._dns_host = address
        try:
            connected: socket.socket = connect()
        except (NewConnectionError, ConnectTimeoutError) as error:
            failure = error
            continue
        finally:
            connection._dns_host = name
        deadline.watch(connected)
        return connected
    raise failure or ConnectTimeoutError(connection, f"No time was left to connect to {name}.")


def _resolve(connection: HTTPConnection) -> list[str]:
    try:
        found = socket.getaddrinfo(connection.host, connection.port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise NameResolutionError(connection.host, connection, error) from error
    return [str(address[0]) for *_, address in found]
