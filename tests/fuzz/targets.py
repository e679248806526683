"""What strangers can send, and the code that reads it first: functions of bytes that end, or raise a named refusal.

Any other exception is a fault. Each has beginnings from which a fuzzer goes on.
"""

import contextlib
import io
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from bot.domain.addresses import AddressReader
from bot.domain.markdown import Text, visible
from bot.domain.reddit_types import Source
from bot.domain.refusals import Refused, RetryLater
from bot.domain.rules_page import RulesError, parse_rules
from bot.domain.rules_words import default_page
from bot.domain.summons import commands, link_in, parse_request
from bot.photos.detect import detect
from bot.photos.fetch import Fetcher, FetchLimits
from bot.photos.urls import AllowedHosts, parse_url, shown
from colorizer.errors import InputError
from colorizer.hints import read_colour, read_hint
from colorizer.photo import PhotoError, decode

_READER = AddressReader()


@dataclass(frozen=True)
class Target:
    """read: what is tried. refusals: the exceptions that it may raise. seeds: inputs to begin with."""

    read: Callable[[bytes], object]
    refusals: tuple[type[Exception], ...]
    seeds: tuple[bytes, ...]

    def __call__(self, data: bytes) -> None:
        """Raises whatever is no refusal. Nothing at all is never sent."""
        with contextlib.suppress(*self.refusals):
            if data:
                self.read(data)


def _picture(kind: str, mode: str = "RGB", **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize((24, 16)).convert(mode).save(buffer, kind, **options)
    return buffer.getvalue()


def _detect(data: bytes) -> object:
    width, height = 1 + data[0] % 64, 1 + data[1] % 64 if len(data) > 1 else 1
    pixels = np.resize(np.frombuffer(data, np.uint8), (height, width, 3))
    return detect(np.ascontiguousarray(pixels))


class _Answers:
    """A server that answers each request with the bytes that it was last told, and hangs up."""

    def __init__(self) -> None:
        self.answer = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.origin = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._fetcher = Fetcher(FetchLimits(extra_origins=(self.origin,), max_bytes=10_000, total_seconds=20))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            with connection, contextlib.suppress(OSError):
                connection.recv(65_536)
                connection.sendall(self.answer)

    def __call__(self, data: bytes) -> object:
        self.answer = data
        return self._fetcher.fetch(f"http://{self.origin}/a.jpg")


_server: list[_Answers] = []


def _fetch(data: bytes) -> object:
    if not _server:
        _server.append(_Answers())
    return _server[0](data)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _summons(data: bytes) -> object:
    body = _text(data)
    commands(body, "!colorize")
    link_in(body)
    return [parse_request(source, body, title=body[:80], name="ColorizeBot", command="!colorize") for source in Source]


def _markdown(data: bytes) -> object:
    body = _text(data)
    return Text(body), visible(body)


def _addresses(data: bytes) -> object:
    text = _text(data)
    _READER.read(text)
    shown(text)
    target = parse_url(text)
    assert parse_url(target.url) == target
    AllowedHosts().check(target)
    return target


def _hints(data: bytes) -> object:
    with contextlib.suppress(InputError):
        read_colour(_text(data))
    return read_hint(_text(data))


TARGETS = {
    "fetch": Target(
        _fetch,
        (Refused, RetryLater),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            b"HTTP/1.1 503 No\r\nRetry-After: 17\r\nContent-Encoding: gzip\r\n\r\n",
        ),
    ),
    "decode": Target(
        decode,
        (PhotoError,),
        (
            _picture("JPEG"),
            _picture("JPEG", "L", progressive=True),
            _picture("PNG"),
            _picture("PNG", "P"),
            _picture("WEBP"),
            _picture("GIF", "P"),
            _picture("TIFF"),
            _picture("TIFF", "1", compression="group4"),
            _picture("AVIF"),
            _picture("BMP"),
            _picture("JPEG2000"),
        ),
    ),
    "detect": Target(_detect, (), (bytes(range(256)), b"\x3f\x3f" + bytes(3000), b"\x00")),
    "summons": Target(
        _summons,
        (),
        (
            b"u/ColorizeBot vivid, photo 2, hint 40%,30% #aa3322 like https://i.redd.it/a.jpg",
            b"> quoted\n\n`code` **stop** !colorize the coat was navy\n\n    u/ColorizeBot",
        ),
    ),
    "markdown": Target(
        _markdown,
        (),
        (b"# a\n\n> b\n\n[c](https://i.redd.it/d.jpg) `e` ~~f~~ ^g", b"| a | b |\n|---|---|\n| <c> | &amp; |\n\n* d"),
    ),
    "addresses": Target(
        _addresses,
        (Refused,),
        (
            b"https://www.reddit.com/r/pics/comments/1sa001/a_title/?utm_source=share",
            b"https://imgur.com/a/abcde",
            b"https://commons.wikimedia.org/wiki/File:A.jpg",
            b"http://[::1]:80/x#y",
        ),
    ),
    "rules": Target(
        lambda data: parse_rules(_text(data)),
        (RulesError,),
        (default_page("ColorizeBot").encode(), b"mode: auto\nignored: [a, b]\nquiet_hours: 22-6\n", b"a: &a [*a, *a]"),
    ),
    "hints": Target(_hints, (InputError,), (b"40%,30% navy", b"310,220 #aa3b30 10%,10%,20%,20%", b"rgb(1,2,3)")),
}
