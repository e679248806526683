"""What one client may hold open, over real sockets."""

import resource
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from starlette.responses import PlainTextResponse

from bot import connections
from bot.serving import BackgroundServer
from tests.patience import PATIENCE


async def app(scope: dict, receive: object, send: object) -> None:
    await PlainTextResponse("well")(scope, receive, send)  # type: ignore[arg-type]


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST", 6)
    monkeypatch.setattr(connections, "HEADER_SECONDS", 0.3)
    monkeypatch.setattr(connections, "BODY_SECONDS", 0.3)


@pytest.fixture
def server(limits: None) -> Iterator[BackgroundServer]:
    with BackgroundServer(lambda _: app, timeout_keep_alive=1) as server:
        yield server


def connect(server: BackgroundServer, sent: bytes = b"") -> socket.socket:
    made = socket.create_connection(("127.0.0.1", int(server.url.rsplit(":", 1)[1])), timeout=PATIENCE)
    made.sendall(sent)
    return made


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HT",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
    ],
)
def test_a_request_that_never_comes_is_not_waited_for(server: BackgroundServer, sent: bytes) -> None:
    with connect(server, sent) as one:
        received = b""
        while more := one.recv(1000):  # ends when the server closes
            received += more
    assert received.count(b"well") <= 1


def test_idle_connections_keep_nobody_out(server: BackgroundServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEADER_SECONDS", PATIENCE)
    with ExitStack() as stack:
        idle = [stack.enter_context(connect(server)) for _ in range(6)]
        assert httpx.get(server.url, trust_env=False, timeout=PATIENCE).text == "well"
        assert idle[0].recv(10) == b""  # the one that had waited longest made room


def test_one_address_has_its_share_alone(limits: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST_OF_ONE", 2)
    monkeypatch.setattr(connections.LimitedProtocol, "_is_trusted", lambda _: False)  # as if it came from elsewhere
    monkeypatch.setattr(connections, "HEADER_SECONDS", PATIENCE)
    with BackgroundServer(lambda _: app) as server, ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(connect(server))
        third = stack.enter_context(connect(server))
        assert third.recv(10) == b""


def test_a_connection_is_used_again(server: BackgroundServer) -> None:
    with httpx.Client(base_url=server.url, trust_env=False, timeout=PATIENCE) as client:
        assert [client.get("/").text for _ in range(3)] == ["well"] * 3


SERVER = """
import resource
from starlette.responses import PlainTextResponse
from bot.serving import BackgroundServer, wait_for_signal

resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))

async def app(scope, receive, send):
    await PlainTextResponse("well")(scope, receive, send)

with BackgroundServer(lambda _: app) as server:
    print(server.url, flush=True)
    wait_for_signal()
"""


@pytest.mark.slow
def test_fifteen_hundred_idle_sockets_keep_nobody_out(tmp_path: Path) -> None:
    """More than a process may have open by default."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 4096:
        pytest.skip(f"a process may have only {hard} files open here")
    with (tmp_path / "errors.txt").open("w") as errors, ExitStack() as stack:
        process = stack.enter_context(
            subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, stderr=errors, text=True)
        )
        stack.callback(process.terminate)
        resource.setrlimit(resource.RLIMIT_NOFILE, (4096, hard))
        stack.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        port = int(url.rsplit(":", 1)[1])
        for _ in range(1500):
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))
        for _ in range(3):
            assert httpx.get(url, timeout=PATIENCE).text == "well"
    assert (tmp_path / "errors.txt").read_text() == "", "it never runs out of sockets itself"
