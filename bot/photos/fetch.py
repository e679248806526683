"""Download a photo from a URL that a stranger chose.

The URL may point anywhere and the server may do anything: lead into the private network, redirect there, answer a
byte a minute or without end. `Fetcher.fetch` returns the bytes or a named reason, within a bound on time and memory.
"""

from dataclasses import dataclass
from urllib.parse import urljoin

import requests
from urllib3.exceptions import HTTPError

from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused, RetryLater
from bot.outgoing import Deadline, seconds_of, why
from bot.photos.connect import GuardedAdapter
from bot.photos.urls import DEFAULT_HOSTS, AllowedHosts, Target, parse_url, shown

_REDIRECTS = (301, 302, 303, 307, 308)
_TRY_AGAIN = (408, 425, 429)
_CHUNK = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """What a download may cost, and where it may go.

    `accept` is the HTTP header of that name. `allowed_hosts` and `extra_origins` are described at `AllowedHosts`. Times
    are in seconds: `connect_seconds` for each address, `read_seconds` for each silence of the server, `total_seconds`
    for everything, redirects included (only the system's name lookup is outside it). `max_bytes` counts bytes after
    decompression.
    """

    allowed_hosts: tuple[str, ...] = DEFAULT_HOSTS
    extra_origins: tuple[str, ...] = ()
    max_bytes: int = 20 * 1024 * 1024
    connect_seconds: float = 5.0
    read_seconds: float = 10.0
    total_seconds: float = 30.0
    max_redirects: int = 5
    accept: str = "image/*"
    user_agent: str = "colorizebot (a Reddit bot that colours photographs)"


class Fetcher:
    """Downloads photos within `limits`; holds no connection and may be shared by threads."""

    def __init__(self, limits: FetchLimits | None = None) -> None:
        self._limits = limits or FetchLimits()
        self._hosts = AllowedHosts(self._limits.allowed_hosts, self._limits.extra_origins)

    def fetch(self, url: str) -> bytes:
        """The body that `url` leads to; whether it is a picture is for the decoder to say.

        Raises `Refused` with BAD_URL, HOST_NOT_ALLOWED, PRIVATE_ADDRESS, TOO_MANY_REDIRECTS, TOO_MANY_BYTES or
        PHOTO_GONE, and `RetryLater` (then PHOTO_UNREACHABLE) for a slow, busy, failing or unreachable server.
        """
        target = parse_url(url)
        with Deadline(self._limits.total_seconds) as deadline:
            for _ in range(self._limits.max_redirects + 1):
                self._hosts.check(target)
                found = self._hop(target, deadline)
                if isinstance(found, bytes):
                    return found
                target = found
        raise Refused(
            Outcome.TOO_MANY_REDIRECTS, f"{shown(url)} redirects more than {self._limits.max_redirects} times."
        )

    def _hop(self, target: Target, deadline: Deadline) -> bytes | Target:
        """Make one request: the body, or where it redirects to."""
        limits = self._limits
        # Asking for text/html too would make some image hosts redirect to a page around the picture.
        headers = {"User-Agent": limits.user_agent, "Accept": limits.accept, "Accept-Encoding": "identity"}
        adapter = GuardedAdapter(self._hosts, deadline)
        try:
            request = requests.Request("GET", target.url, headers=headers).prepare()
            timeouts = (limits.connect_seconds, limits.read_seconds)
            with adapter.send(request, stream=True, timeout=timeouts) as response:
                moved = _redirect(response, target)
                if moved is not None:
                    return moved
                _check_status(response, target)
                body = self._read(response, target)
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema) as error:
            raise Refused(Outcome.BAD_URL, f"{shown(target.url)} is not a URL: {error}.") from error
        except (requests.RequestException, HTTPError, OSError) as error:
            # An abandoned socket fails in many ways; all that matters is whether it was abandoned for lateness.
            cause = self._late(target) if deadline.left <= 0 else f"{shown(target.url)} failed: {why(error)}."
            raise RetryLater(cause, then=Outcome.PHOTO_UNREACHABLE) from error
        finally:
            adapter.close()
        # A body without announced length that was cut off by the deadline looks complete.
        if deadline.left <= 0:
            raise RetryLater(self._late(target), then=Outcome.PHOTO_UNREACHABLE)
        return body

    def _late(self, target: Target) -> str:
        return f"{shown(target.url)} took longer than {self._limits.total_seconds:g} s."

    def _read(self, response: requests.Response, target: Target) -> bytes:
        most = self._limits.max_bytes
        too_many = Refused(Outcome.TOO_MANY_BYTES, f"{shown(target.url)} is larger than the limit of {most:,} bytes.")
        announced = response.headers.get("Content-Length", "")
        # A length can lie, so the bytes are counted as well, after decompression.
        if announced.isdecimal() and (len(announced) > 18 or int(announced) > most):
            raise too_many
        body = bytearray()
        for chunk in response.iter_content(_CHUNK):
            body += chunk
            if len(body) > most:
                raise too_many
        return bytes(body)


def _redirect(response: requests.Response, target: Target) -> Target | None:
    """Where the answer sends us, or None when it is no redirect."""
    location = response.headers.get("Location")
    if response.status_code not in _REDIRECTS or not location:
        return None
    # Header bytes reach us as Latin-1; most servers mean UTF-8.
    location = location.encode("latin-1", "replace").decode("utf-8", "replace")
    try:
        moved = parse_url(urljoin(target.url, location))
    except ValueError as error:
        raise Refused(Outcome.BAD_URL, f"{shown(target.url)} redirects to something that is no URL.") from error
    # Imgur answers a deleted picture with a redirect to a picture that says so.
    if moved.url.endswith("/removed.png"):
        raise Refused(Outcome.PHOTO_GONE, f"{shown(target.url)} was removed at its host.")
    return moved


def _check_status(response: requests.Response, target: Target) -> None:
    status = response.status_code
    if 200 <= status < 300:
        return
    answer = f"{shown(target.url)} answered {status} {response.reason or ''}".rstrip()
    if status >= 500 or status in _TRY_AGAIN:
        seconds = seconds_of(response.headers.get("Retry-After"))
        raise RetryLater(f"{answer}.", then=Outcome.PHOTO_UNREACHABLE, seconds=seconds)
    raise Refused(Outcome.PHOTO_GONE, f"{answer}.")
