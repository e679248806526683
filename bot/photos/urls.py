"""Reading a URL that a stranger wrote: one strict spelling, an allow-list of hosts, public addresses only.

Different parsers read the same odd URL differently, and attackers live in the gap. So whatever is not written plainly
is refused here, and what passes is put together again from its checked parts; nothing later sees the original.
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused

DEFAULT_HOSTS = (
    "i.redd.it",
    "preview.redd.it",
    "v.redd.it",
    "external-preview.redd.it",
    "i.imgur.com",
    "imgur.com",
    "upload.wikimedia.org",
    "live.staticflickr.com",
    "farm*.staticflickr.com",
    "i.ibb.co",
    "i.postimg.cc",
    "files.catbox.moe",
    "pbs.twimg.com",
    "cdn.bsky.app",
    "tile.loc.gov",
    "images.unsplash.com",
)
"""Hosts on which redditors' photos live. A `*` stands for letters, digits and hyphens, `*.` for any subdomain."""

_PORTS = {"http": 80, "https": 443}
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_BRACKETED = re.compile(r"\[[^\[\]]*\](?::[0-9]*)?")
_NUMBER_LIKE = re.compile(r"[0-9]+|0x[0-9a-f]*")
# Blanks and control characters of any alphabet: some parsers drop them, others do not.
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\\]")
# Of IPv6 only 2000::/3 is handed out; these parts of it lead to IPv4 hosts or nowhere.
_IPV6_GLOBAL = ipaddress.IPv6Network("2000::/3")
_IPV6_DETOURS = tuple(ipaddress.IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
# Relays to IPv6, and a block that older releases of Python take for public, though a cloud has its metadata there.
_IPV4_SPECIAL = tuple(ipaddress.IPv4Network(net) for net in ("192.88.99.0/24", "192.0.0.0/24"))
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address.

    `url` is what to request, without fragment; `origin` is (host, port) to connect to; `usual_port` says that this is
    the port of the scheme.
    """

    url: str
    origin: tuple[str, int]
    usual_port: bool


def parse_url(url: str) -> Target:
    """Read `url` strictly, whoever its host may be.

    Raises `Refused` with BAD_URL for anything but http and https with a plain ASCII host: user info, control
    characters, backslashes, percent-encoded, Unicode or half-numeric hosts and odd ports all are.
    """
    url = url.strip(" \t\r\n")
    if _UNSAFE.search(url):
        raise Refused(Outcome.BAD_URL, f"{shown(url)} contains a blank, a control character or a backslash.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused(Outcome.BAD_URL, f"{shown(url)} is not a URL: {error}.") from error
    if parts.scheme not in _PORTS:
        raise Refused(Outcome.BAD_URL, f"{shown(url)} does not start with http:// or https://.")
    if "@" in parts.netloc:
        raise Refused(Outcome.BAD_URL, f"{shown(url)} carries a user name; only plain addresses are fetched.")
    bracketed = parts.netloc.startswith("[")
    if bracketed and not _BRACKETED.fullmatch(parts.netloc):
        raise Refused(Outcome.BAD_URL, f"{shown(url)} has something between its IPv6 address and its port.")
    host = _plain_host(parts.hostname or "", url, bracketed=bracketed)
    default = _PORTS[parts.scheme]
    port = default if port is None else port
    netloc = f"[{host}]" if ":" in host else host
    if port != default:
        netloc += f":{port}"
    query = f"?{parts.query}" if parts.query else ""
    path = parts.path or "/"
    return Target(f"{parts.scheme}://{netloc}{path}{query}", (host, port), port == default)


def _plain_host(host: str, url: str, *, bracketed: bool) -> str:
    """A host name in lower case without trailing dot, or an IP address in its normal form."""
    if bracketed:
        try:
            return str(ipaddress.IPv6Address(host.partition("%")[0]))
        except ValueError as error:
            raise Refused(Outcome.BAD_URL, f"{shown(url)} has no valid host: {error}.") from error
    labels = host.lower().removesuffix(".").split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise Refused(Outcome.BAD_URL, f"{shown(url)} has no plain ASCII host name.")
    host = ".".join(labels)
    if _NUMBER_LIKE.fullmatch(labels[-1]):
        # 2130706433, 0x7f.1 and 0177.0.0.1 all are 127.0.0.1 to some resolvers.
        try:
            return str(ipaddress.IPv4Address(host))
        except ValueError as error:
            raise Refused(Outcome.BAD_URL, f"{shown(url)} writes a numeric address in an unusual form.") from error
    return host


class AllowedHosts:
    """The hosts and origins that may be asked.

    `hosts` are patterns such as "i.redd.it" or "*.example.org", reached on the usual port of the scheme. `origins`
    are exact "host:port" pairs that are also allowed, and the only ones that may lead to a private address: they
    are for a sandbox on loopback.
    """

    def __init__(self, hosts: tuple[str, ...] = DEFAULT_HOSTS, origins: tuple[str, ...] = ()) -> None:
        self._hosts = tuple(_pattern(host) for host in hosts)
        self._origins = frozenset(_origin(origin) for origin in origins)

    def check(self, target: Target) -> None:
        """Raise `Refused` with PRIVATE_ADDRESS or HOST_NOT_ALLOWED unless `target` may be asked."""
        host, port = target.origin
        if self.may_be_private(target.origin):
            return
        if _is_address(host) and not is_public(host):
            raise Refused(
                Outcome.PRIVATE_ADDRESS, f"{shown(target.url)} is not a public address; {allow_own(host, port)}."
            )
        if not any(pattern.fullmatch(host) for pattern in self._hosts):
            raise Refused(Outcome.HOST_NOT_ALLOWED, f"{host} is not an allowed host; fetch.allowed_hosts names those.")
        if not target.usual_port:
            raise Refused(Outcome.HOST_NOT_ALLOWED, f"Port {port} of {host} is not allowed, only the usual one.")

    def may_be_private(self, origin: tuple[str, int]) -> bool:
        """Say whether `origin` was named exactly, so that its address does not matter."""
        return origin in self._origins


def allow_own(host: str, port: int | None) -> str:
    """What an operator sets to let the bot fetch from a server of their own, such as a sandbox."""
    return f'fetch.extra_origins = ["{host}:{port}"] would allow it, for a server of your own'


def is_public(address: str) -> bool:
    """Say whether an IP address belongs to a host on the public internet.

    Stricter than `ipaddress.is_global`: multicast counts as global there, and IPv6 ranges that embed an IPv4 address
    (mapped, NAT64, 6to4, Teredo) depend on the Python release.
    """
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if not parsed.is_global or parsed.is_multicast or parsed.is_reserved:
        return False
    if isinstance(parsed, ipaddress.IPv4Address):
        return not any(parsed in net for net in _IPV4_SPECIAL)
    return parsed in _IPV6_GLOBAL and not any(parsed in net for net in _IPV6_DETOURS)


def shown(url: str) -> str:
    """`url` as it is fit for a log: without query, fragment, user info and control characters, and not too long."""
    bare = re.split(r"[?#]", url, maxsplit=1)[0]
    bare = re.sub(r"^([^/]*/*)[^/]*@", r"\1", bare) if "//" in bare else bare.rpartition("@")[2]
    bare = "".join(letter if letter.isprintable() else "?" for letter in bare)
    return bare if len(bare) <= _SHOWN else bare[: _SHOWN - 1] + "…"


def _pattern(host: str) -> re.Pattern[str]:
    if host.startswith("*."):
        return re.compile(r"(?:[a-z0-9_-]+\.)+" + _wild(host[2:]))
    return re.compile(_wild(host))


def _wild(host: str) -> str:
    return re.escape(host.lower()).replace(r"\*", "[a-z0-9-]*")


def _origin(origin: str) -> tuple[str, int]:
    try:
        return parse_url(f"http://{origin}").origin
    except Refused as error:
        raise ValueError(f"{origin!r} is not of the form host:port: {error.detail}") from error


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()
