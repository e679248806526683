"""Fetching from real servers on loopback that do what strangers' servers do."""

import shutil
import socket
import ssl
import subprocess
import time
import tracemalloc
from typing import Any

import pytest
import requests

from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused, RetryLater
from bot.outgoing import Deadline
from bot.photos.connect import GuardedAdapter
from bot.photos.fetch import Fetcher, FetchLimits
from bot.photos.urls import AllowedHosts
from tests.patience import PATIENCE
from tests.photos.strange_server import LIMIT, PHOTO, serving

PATIENT: dict[str, Any] = {
    "max_bytes": LIMIT,
    "user_agent": "test/1",
    "connect_seconds": PATIENCE,
    "read_seconds": PATIENCE,
    "total_seconds": PATIENCE,
}


@pytest.fixture(scope="module")
def server():
    with serving() as running:
        yield running


@pytest.fixture
def fetch(server):
    """Fetches a path of the server; `limits` are further fields of FetchLimits."""
    origin = f"127.0.0.1:{server.server_address[1]}"

    def fetch(path, **limits):
        fetcher = Fetcher(FetchLimits(extra_origins=(origin,), **(PATIENT | limits)))
        return fetcher.fetch(f"http://{origin}{path}")

    return fetch


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/photo.jpg", PHOTO),
        ("/photo.jpg?size=big", b"big"),
        ("/photo.jpg#there", PHOTO),
        ("/no-length", PHOTO),
        ("/at-limit", bytes(LIMIT)),
        ("/says-little", bytes(10)),
        ("/gzip", PHOTO),
        ("/agent", b"test/1"),
        ("/set-cookie", b"None"),
        ("/relative", PHOTO),
        ("/twice", PHOTO),
        ("/to-unicode", b"cave"),
        ("/höhle", b"cave"),
        ("/fat-redirect", PHOTO),
    ],
)
def test_what_a_server_sends_is_returned(fetch, path, body):
    assert fetch(path) == body


@pytest.mark.parametrize(
    ("path", "outcome", "word"),
    [
        ("/over-limit", Outcome.TOO_MANY_BYTES, "100,000"),
        ("/announced", Outcome.TOO_MANY_BYTES, "/announced"),
        ("/announced-absurd", Outcome.TOO_MANY_BYTES, "/announced-absurd"),
        ("/endless", Outcome.TOO_MANY_BYTES, "/endless"),
        ("/gzip-bomb", Outcome.TOO_MANY_BYTES, "/gzip-bomb"),
        ("/loop", Outcome.TOO_MANY_REDIRECTS, "5 times"),
        ("/removed", Outcome.PHOTO_GONE, "removed"),
        ("/nowhere", Outcome.PHOTO_GONE, "302"),
        ("/to-loopback", Outcome.PRIVATE_ADDRESS, "127.0.0.1"),
        ("/to-metadata", Outcome.PRIVATE_ADDRESS, "169.254.169.254"),
        ("/to-file", Outcome.BAD_URL, "file:"),
        ("/to-stranger", Outcome.HOST_NOT_ALLOWED, "example.com"),
        ("/to-user-info", Outcome.BAD_URL, "user name"),
        ("/to-nonsense", Outcome.BAD_URL, "redirects"),
        ("/status/404", Outcome.PHOTO_GONE, "404"),
        ("/status/410", Outcome.PHOTO_GONE, "410"),
        ("/status/401", Outcome.PHOTO_GONE, "401"),
        ("/status/403", Outcome.PHOTO_GONE, "403"),
        ("/status/451", Outcome.PHOTO_GONE, "451"),
        ("/status/304", Outcome.PHOTO_GONE, "304"),
    ],
)
def test_what_cannot_or_must_not_be_fetched_is_refused_by_name(fetch, path, outcome, word):
    with pytest.raises(Refused, match=word) as caught:
        fetch(path)
    assert caught.value.outcome is outcome


@pytest.mark.parametrize(
    "path", ["/slow-status", "/slow-headers", "/slow-body", "/slow-chunks", "/continues", "/silent"]
)
def test_a_server_that_never_comes_to_an_end_is_cut_off(fetch, path):
    """It would go on for ever, and no single silence is longer than allowed."""
    with pytest.raises(RetryLater, match=r"took longer than 0\.3 s") as caught:
        fetch(path, total_seconds=0.3)
    assert caught.value.then is Outcome.PHOTO_UNREACHABLE


def test_a_silent_server_is_not_waited_for(fetch):
    with pytest.raises(RetryLater, match="/silent failed: no answer in time") as caught:
        fetch("/silent", read_seconds=0.2)
    assert caught.value.then is Outcome.PHOTO_UNREACHABLE


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("/cut-short", "the connection broke off within the answer"),
        ("/hangs-up", "it closed the connection without an answer"),
        ("/garbage", "/garbage failed: its answer is no HTTP"),
        ("/gzip-broken", "/gzip-broken failed: its answer cannot be unpacked"),
        ("/status/408", "408"),
        ("/status/500", "500"),
        ("/status/502", "502"),
    ],
)
def test_to_be_tried_again(fetch, path, word):
    with pytest.raises(RetryLater, match=word) as caught:
        fetch(path)
    assert caught.value.then is Outcome.PHOTO_UNREACHABLE
    assert caught.value.seconds is None


@pytest.mark.parametrize(("path", "least", "most"), [("/busy", 17, 17), ("/busy-date", 1, 60)])
def test_the_server_says_how_long_to_wait(fetch, path, least, most):
    with pytest.raises(RetryLater) as caught:
        fetch(path)
    assert least <= caught.value.seconds <= most


@pytest.mark.parametrize("path", ["/busy-odd", "/busy-forever", "/busy-negative"])
def test_an_odd_wait_is_left_to_the_caller(fetch, path):
    with pytest.raises(RetryLater) as caught:
        fetch(path)
    assert caught.value.seconds is None


def test_bombs_and_fat_redirects_stay_out_of_memory(fetch):
    fetch("/gzip")
    tracemalloc.start()
    with pytest.raises(Refused):
        fetch("/gzip-bomb")
    fetch("/fat-redirect")
    # The server, in this process too, holds the 50 MB that it sends.
    assert tracemalloc.get_traced_memory()[1] < (200 << 20) + (8 << 20)
    tracemalloc.stop()


def test_secrets_of_a_query_are_not_told(fetch):
    with pytest.raises(Refused) as caught:
        fetch("/status/404?token=secret")
    assert "/status/404" in caught.value.detail
    assert "secret" not in str(caught.value)


def test_a_closed_port_is_to_be_tried_again():
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        origin = f"127.0.0.1:{reserved.getsockname()[1]}"
        with pytest.raises(RetryLater, match="refused"):
            Fetcher(FetchLimits(extra_origins=(origin,))).fetch(f"http://{origin}/")


def test_an_unknown_name_is_to_be_tried_again():
    fetcher = Fetcher(FetchLimits(allowed_hosts=("*.invalid",)))
    with pytest.raises(RetryLater, match=r"nobody\.invalid"):
        fetcher.fetch("http://nobody.invalid/a.jpg")


def test_an_allowed_name_with_a_private_address_is_refused():
    with pytest.raises(Refused, match="localhost resolves to") as caught:
        Fetcher(FetchLimits(allowed_hosts=("localhost",))).fetch("http://localhost/a.jpg")
    assert caught.value.outcome is Outcome.PRIVATE_ADDRESS


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("answers", [["127.0.0.1"], ["93.184.215.14", "127.0.0.1"], ["::ffff:127.0.0.1"], ["fe80::1"]])
def test_a_name_is_looked_up_once_and_never_leads_inside(monkeypatch, scheme, answers):
    """The resolver is replaced: DNS under a stranger's control is the attack."""
    asked = []

    def resolver(host, port, *_, **__):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in answers]

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    with pytest.raises(Refused) as caught:
        Fetcher(FetchLimits(allowed_hosts=("photos.test",))).fetch(f"{scheme}://photos.test/a.jpg")
    assert caught.value.outcome is Outcome.PRIVATE_ADDRESS
    assert asked == ["photos.test"]


def test_the_checked_address_is_the_one_connected_to(monkeypatch, server):
    """A resolver that changes its answer after the check gains nothing: the socket gets a number, not a name."""
    port = server.server_address[1]
    lookups = []
    real = socket.getaddrinfo

    def resolver(host, *rest, **options):
        lookups.append(host)
        return real("127.0.0.1" if host == "photos.test" else host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    fetcher = Fetcher(FetchLimits(extra_origins=(f"photos.test:{port}",), **PATIENT))
    assert fetcher.fetch(f"http://photos.test:{port}/photo.jpg") == PHOTO
    assert lookups == ["photos.test", "127.0.0.1"]


def test_proxies_of_the_environment_are_not_used(monkeypatch, fetch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert fetch("/photo.jpg") == PHOTO


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    if not shutil.which("openssl"):
        pytest.skip("needs the openssl command")
    folder = tmp_path_factory.mktemp("tls")
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2"
        " -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    )
    subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture
def secure_server(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    names = []
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    with serving(context) as running:
        running.names = names
        yield running


def test_tls_is_verified_against_the_name_not_the_address(certificate, secure_server):
    port = secure_server.server_address[1]
    hosts = AllowedHosts((), (f"localhost:{port}", f"127.0.0.1:{port}"))
    with Deadline(PATIENCE) as deadline:
        adapter = GuardedAdapter(hosts, deadline)
        for host, fine in [("localhost", True), ("127.0.0.1", False)]:
            request = requests.Request("GET", f"https://{host}:{port}/photo.jpg").prepare()
            if fine:
                with adapter.send(request, timeout=PATIENCE, verify=str(certificate[0])) as response:
                    assert response.content == PHOTO
            else:
                with pytest.raises(requests.exceptions.SSLError):
                    adapter.send(request, timeout=PATIENCE, verify=str(certificate[0]))
        adapter.close()
    assert "localhost" in secure_server.names


def test_a_certificate_that_nobody_vouches_for_is_refused(secure_server):
    port = secure_server.server_address[1]
    with pytest.raises(RetryLater, match="certificate"):
        Fetcher(FetchLimits(extra_origins=(f"localhost:{port}",), **PATIENT)).fetch(
            f"https://localhost:{port}/photo.jpg"
        )


def test_a_tls_handshake_that_stalls_is_cut_off():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        origin = f"127.0.0.1:{listener.getsockname()[1]}"
        fetcher = Fetcher(FetchLimits(extra_origins=(origin,), **(PATIENT | {"total_seconds": 0.3})))
        started = time.monotonic()
        with pytest.raises(RetryLater, match=r"longer than 0\.3 s"):
            fetcher.fetch(f"https://{origin}/")
        assert time.monotonic() - started < PATIENCE, "the handshake's own patience ended it, not the limit"
