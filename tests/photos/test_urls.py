"""Which URLs may be fetched: a table of spellings, hosts and addresses."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused
from bot.photos.urls import AllowedHosts, is_public, parse_url, shown

HOSTS = ("i.redd.it", "*.example.org", "farm*.photos.net", "8.8.4.4")


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("https://i.redd.it/a.jpg", "https://i.redd.it/a.jpg"),
        ("http://i.redd.it", "http://i.redd.it/"),
        ("  https://i.redd.it/a.jpg\n", "https://i.redd.it/a.jpg"),
        ("HTTPS://I.REDD.IT/A.jpg", "https://i.redd.it/A.jpg"),
        ("https://i.redd.it./a.jpg", "https://i.redd.it/a.jpg"),
        ("https://i.redd.it:443/a.jpg", "https://i.redd.it/a.jpg"),
        ("https://i.redd.it/a.jpg?width=108&s=0f#top", "https://i.redd.it/a.jpg?width=108&s=0f"),
        ("https://i.redd.it/a@b.jpg", "https://i.redd.it/a@b.jpg"),
        ("https://i.redd.it/höhle.jpg", "https://i.redd.it/höhle.jpg"),
        ("https://deep.down.example.org/x", "https://deep.down.example.org/x"),
        ("https://farm66.photos.net/x", "https://farm66.photos.net/x"),
        ("http://8.8.4.4/x", "http://8.8.4.4/x"),
        ("http://localhost:8080/x", "http://localhost:8080/x"),
        ("http://[::1]:8081/x", "http://[::1]:8081/x"),
    ],
)
def test_plain_addresses_of_known_hosts_are_allowed(url, normal):
    target = parse_url(url)
    AllowedHosts(HOSTS, ("localhost:8080", "[::1]:8081")).check(target)
    assert target.url == normal


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        ("", Outcome.BAD_URL),
        ("i.redd.it/a.jpg", Outcome.BAD_URL),
        ("//i.redd.it/a.jpg", Outcome.BAD_URL),
        ("ftp://i.redd.it/a.jpg", Outcome.BAD_URL),
        ("file:///etc/passwd", Outcome.BAD_URL),
        ("data:image/png;base64,AAAA", Outcome.BAD_URL),
        ("javascript:alert(1)", Outcome.BAD_URL),
        ("https:///a.jpg", Outcome.BAD_URL),
        ("https://", Outcome.BAD_URL),
        ("https://user@i.redd.it/", Outcome.BAD_URL),
        ("https://user:secret@i.redd.it/", Outcome.BAD_URL),
        ("https://i.redd.it@127.0.0.1/", Outcome.BAD_URL),
        ("https://i.redd.it:443@evil.com/", Outcome.BAD_URL),
        ("https://evil.com\\@i.redd.it/", Outcome.BAD_URL),
        ("https:\\\\i.redd.it\\a.jpg", Outcome.BAD_URL),
        ("https://i.redd.it\\.evil.com/", Outcome.BAD_URL),
        ("https://i.redd.it%2eevil.com/", Outcome.BAD_URL),
        ("https://i%2eredd.it/", Outcome.BAD_URL),
        ("https://i.redd.it%00.evil.com/", Outcome.BAD_URL),
        ("https://i.redd.it\0.evil.com/", Outcome.BAD_URL),
        ("https://i.redd.it\t/a.jpg", Outcome.BAD_URL),
        ("https://i.redd.it/a b.jpg", Outcome.BAD_URL),
        ("https://i.redd.it/a\r\nHost: x", Outcome.BAD_URL),
        ("https://i.redd.it/a\u202egpj.exe", Outcome.BAD_URL),
        ("https://i。redd。it/", Outcome.BAD_URL),
        ("https://\uff49.redd.it/", Outcome.BAD_URL),
        ("https://\u0456.redd.it/", Outcome.BAD_URL),
        ("https://i.redd.it:port/", Outcome.BAD_URL),
        ("https://i.redd.it:99999/", Outcome.BAD_URL),
        ("https://i..redd.it/", Outcome.BAD_URL),
        ("https://i.redd.it../", Outcome.BAD_URL),
        ("https://[::1/", Outcome.BAD_URL),
        ("https://[v1.x]/", Outcome.BAD_URL),
        ("https://[i.redd.it]/", Outcome.BAD_URL),
        ("http://2130706433/", Outcome.BAD_URL),
        ("http://0x7f000001/", Outcome.BAD_URL),
        ("http://0x7f.0.0.0x1/", Outcome.BAD_URL),
        ("http://0177.0.0.1/", Outcome.BAD_URL),
        ("http://127.1/", Outcome.BAD_URL),
        ("http://127.0.0.1.5/", Outcome.BAD_URL),
        ("http://256.1.1.1/", Outcome.BAD_URL),
        ("http://①②⑦.0.0.1/", Outcome.BAD_URL),
        ("http://127.0.0.1/", Outcome.PRIVATE_ADDRESS),
        ("http://127.0.0.1./", Outcome.PRIVATE_ADDRESS),
        ("http://127.0.0.1:8080/", Outcome.PRIVATE_ADDRESS),
        ("http://169.254.169.254/latest/meta-data", Outcome.PRIVATE_ADDRESS),
        ("http://10.1.2.3/", Outcome.PRIVATE_ADDRESS),
        ("http://[::1]/", Outcome.PRIVATE_ADDRESS),
        ("http://[::ffff:127.0.0.1]/", Outcome.PRIVATE_ADDRESS),
        ("http://[64:ff9b::7f00:1]/", Outcome.PRIVATE_ADDRESS),
        ("http://[fe80::1%25eth0]/", Outcome.PRIVATE_ADDRESS),
        ("http://8.8.8.8/", Outcome.HOST_NOT_ALLOWED),
        ("http://localhost/", Outcome.HOST_NOT_ALLOWED),
        ("http://localhost:8081/", Outcome.HOST_NOT_ALLOWED),
        ("https://evil.com/i.redd.it", Outcome.HOST_NOT_ALLOWED),
        ("https://evil.com#@i.redd.it/", Outcome.HOST_NOT_ALLOWED),
        ("https://evil.com?@i.redd.it/", Outcome.HOST_NOT_ALLOWED),
        ("https://i.redd.it.evil.com/", Outcome.HOST_NOT_ALLOWED),
        ("https://xi.redd.it/", Outcome.HOST_NOT_ALLOWED),
        ("https://ixredd.it/", Outcome.HOST_NOT_ALLOWED),
        ("https://redd.it/", Outcome.HOST_NOT_ALLOWED),
        ("https://example.org/", Outcome.HOST_NOT_ALLOWED),
        ("https://evilexample.org/", Outcome.HOST_NOT_ALLOWED),
        ("https://farm.x.photos.net/", Outcome.HOST_NOT_ALLOWED),
        ("https://xn--redd-j4d.it/", Outcome.HOST_NOT_ALLOWED),
        ("https://i.redd.it:8443/", Outcome.HOST_NOT_ALLOWED),
        ("https://i.redd.it:80/", Outcome.HOST_NOT_ALLOWED),
        ("http://i.redd.it:443/", Outcome.HOST_NOT_ALLOWED),
    ],
)
def test_odd_addresses_and_unknown_hosts_are_refused(url, outcome):
    with pytest.raises(Refused) as caught:
        AllowedHosts(HOSTS, ("localhost:8080",)).check(parse_url(url))
    assert caught.value.outcome is outcome
    assert "secret" not in caught.value.detail


@pytest.mark.parametrize("address", ["8.8.8.8", "151.101.1.140", "2606:4700::6810:84e5", "2a04:4e42::396"])
def test_public_addresses(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.8.8.8", "169.254.169.254", "172.16.0.1", "192.0.0.1",
        "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
        "255.255.255.255", "::", "::1", "::ffff:8.8.8.8", "::ffff:127.0.0.1", "::8.8.8.8", "64:ff9b::808:808",
        "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::1", "3fff::1", "fc00::1", "fd00::1",
        "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address):
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_no_ipv4_address_passes_in_an_ipv6_disguise(address):
    number = int(address)
    for disguise in (number, 0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80):
        assert not is_public(str(ipaddress.IPv6Address(disguise)))


@given(st.text(max_size=60), st.sampled_from(["", "http://", "https://", "https://i.redd.it", "http://[", "//"]))
def test_any_text_is_a_target_or_refused(text, start):
    try:
        target = parse_url(start + text)
    except Refused:
        return
    assert parse_url(target.url) == target


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://preview.redd.it/a.jpg?width=640&s=secret", "https://preview.redd.it/a.jpg"),
        ("https://user:secret@host/a@b", "https://host/a@b"),
        ("https://host/a#secret", "https://host/a"),
        ("https:\\\\user:secret@host", "host"),
        ("a\r\nb", "a??b"),
        ("https://host/" + "x" * 500, "https://host/" + "x" * 186 + "…"),
    ],
)
def test_what_a_log_shows_of_a_url(url, text):
    assert shown(url) == text


def test_a_badly_written_origin_is_named_at_once():
    with pytest.raises(ValueError, match="user@host"):
        AllowedHosts((), ("user@host:1",))
