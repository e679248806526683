"""Servers that send a byte from time to time, for ever."""

import contextlib
import socket
import threading

import pytest
import requests

from bot import outgoing

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.fixture
def dripping():
    """The address of a server that sends what it is told at once, and then a byte every twentieth of a second."""
    stopping = threading.Event()

    def serve(client, first):
        with client, contextlib.suppress(OSError):
            client.recv(65_536)
            client.sendall(first)
            while not stopping.wait(0.05):
                client.sendall(b"x")

    with contextlib.ExitStack() as stack:
        stack.callback(stopping.set)

        def start(first):
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

            def accept():
                with contextlib.suppress(OSError):
                    while True:
                        threading.Thread(target=serve, args=(listener.accept()[0], first), daemon=True).start()

            threading.Thread(target=accept, daemon=True).start()
            return f"http://127.0.0.1:{listener.getsockname()[1]}"

        yield start


@pytest.mark.parametrize(
    "first",
    [b"", b"HTTP/1.1 200 OK\r\nX-Long: ", HEAD + b"\r\n", HEAD + b"Content-Length: 100000\r\n\r\n"],
    ids=["before the head", "in the head", "in a body without a length", "in a body"],
)
def test_an_answer_that_drips_is_given_up(dripping, monkeypatch, first):
    monkeypatch.setattr(outgoing, "ANSWER_SECONDS", 0.5)
    with outgoing.session() as session, pytest.raises(requests.ReadTimeout, match="no whole answer from") as late:
        session.get(dripping(first), timeout=16)
    assert outgoing.why(late.value) == str(late.value)


@pytest.mark.parametrize(
    ("scheme", "words"), [("http", "its answer is no HTTP"), ("https", "no secure connection: wrong version number")]
)
def test_why_an_answer_is_none_is_said_without_the_names_of_classes(dripping, scheme, words):
    address = dripping(b"hello\r\n").replace("http", scheme)
    with outgoing.session() as session, pytest.raises(requests.RequestException) as failed:
        session.get(address, timeout=16)
    assert outgoing.why(failed.value) == words


def test_what_is_sent_has_time_besides(dripping, monkeypatch):
    monkeypatch.setattr(outgoing, "ANSWER_SECONDS", 0.25)
    monkeypatch.setattr(outgoing, "SENT_BYTES_A_SECOND", 4)
    with outgoing.session() as session, pytest.raises(requests.ReadTimeout, match="within 1 s"):
        session.post(dripping(b""), data=b"abc", timeout=16)


def test_a_connection_that_is_used_again_is_watched_too(sandbox, world, monkeypatch):
    with outgoing.session() as session:
        about = f"{sandbox.url}/api/v1/me"
        assert session.get(about, timeout=16).ok
        world.faults.add("/api/v1/me", "drip", seconds=0.2)
        monkeypatch.setattr(outgoing, "ANSWER_SECONDS", 0.5)
        with pytest.raises(requests.ReadTimeout):
            session.get(about, timeout=16)
        monkeypatch.undo()
        assert session.get(about, timeout=16).ok
