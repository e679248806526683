"""Whatever address a stranger writes, nothing inside is asked; a server there must hear nothing."""

import base64
import contextlib
import http.server
import socket
import threading

import pytest

from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused
from bot.photos.fetch import Fetcher, FetchLimits
from bot.photos.urls import DEFAULT_HOSTS
from tests.patience import PATIENCE
from tests.photos.ssrf import DIRECT, REDIRECTED, RESOLVED


class Answering(http.server.BaseHTTPRequestHandler):
    """Redirects to the address that the path holds."""

    def do_GET(self):
        try:
            there = base64.b64decode(self.path[1:], altchars=b"-_", validate=True).decode()
        except ValueError:
            self.send_error(404)
            return
        self.send_response(302)
        self.send_header("Location", there)
        self.end_headers()

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def _canary(family, address):
    """The port of a listener that notes who connects, and who did."""
    heard: list[object] = []
    with socket.socket(family) as listener:
        listener.bind((address, 0))
        listener.listen()
        yield listener, heard
        listener.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            heard.append(listener.accept())


@pytest.fixture(scope="module")
def canary():
    with _canary(socket.AF_INET, "0.0.0.0") as (listener, heard):
        yield listener.getsockname()[1]
    assert heard == [], "something inside was asked"


@pytest.fixture(scope="module")
def hop():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def fetcher(hop, monkeypatch):
    """One that asks the hosts of the list, names of strangers' name servers, and HOP."""
    real = socket.getaddrinfo

    def resolver(host, port, *rest, **options):
        if host in RESOLVED:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in RESOLVED[host]]
        assert host == "127.0.0.1", f"{host} was looked up"
        return real(host, port, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    return Fetcher(
        FetchLimits(
            allowed_hosts=(*DEFAULT_HOSTS, "*.rebind.test"),
            extra_origins=(hop,),
            connect_seconds=PATIENCE,
            read_seconds=PATIENCE,
            total_seconds=PATIENCE,
        )
    )


def outcome_of(fetcher: Fetcher, url: str) -> Outcome:
    with pytest.raises(Refused) as caught:
        fetcher.fetch(url)
    assert "secret" not in caught.value.detail
    return caught.value.outcome


def test_the_table_is_long():
    assert len(DIRECT) + len(REDIRECTED) >= 150
    assert len({url for url, _ in DIRECT}) == len(DIRECT)


@pytest.mark.parametrize(("url", "outcome"), DIRECT)
def test_an_address_that_leads_inside_is_refused(fetcher, canary, url, outcome):
    assert outcome_of(fetcher, url.replace("CANARY", str(canary))) is outcome


@pytest.mark.parametrize(("url", "outcome"), REDIRECTED)
def test_a_redirect_that_leads_inside_is_refused(fetcher, canary, hop, url, outcome):
    path = base64.urlsafe_b64encode(url.replace("CANARY", str(canary)).encode()).decode()
    assert outcome_of(fetcher, f"http://{hop}/{path}") is outcome


def test_a_name_that_changes_its_mind_after_the_check_gains_nothing(fetcher, monkeypatch, canary):
    """The name is looked up once, and the connection goes to the address that was checked."""
    answers = iter(["192.0.2.1", "127.0.0.1"])

    def resolver(host, port, *_, **__):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    assert outcome_of(fetcher, f"http://changing.rebind.test:{canary}/") is Outcome.HOST_NOT_ALLOWED
    assert outcome_of(fetcher, "http://changing.rebind.test/") is Outcome.PRIVATE_ADDRESS
    assert next(answers) == "127.0.0.1", "the second lookup was never made"
