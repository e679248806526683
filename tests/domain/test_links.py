"""A link opens one photo, for a while, and nobody makes one out of another."""

import base64
from datetime import timedelta

import pytest
from itsdangerous import URLSafeTimedSerializer

from bot.domain.links import Link, LinkExpired, Links, NoSuchLink

LINKS = Links("a key", "https://bot.example/", lasts=timedelta(days=30))


def test_a_link_leads_to_its_photo():
    address = LINKS.page(12, 3)
    assert address.startswith("https://bot.example/photo/")
    assert LINKS.read(address.rpartition("/")[2]) == Link(12, 3)


def test_a_link_ends():
    short = Links("a key", "https://bot.example", lasts=timedelta(seconds=-1))
    with pytest.raises(LinkExpired):
        short.read(LINKS.token(Link(12, 3)))


def of_another_photo(token):
    head, rest = token.split(".", 1)
    assert base64.urlsafe_b64decode(head + "==") == b"[12,3]"
    return base64.urlsafe_b64encode(b"[13,3]").decode().rstrip("=") + "." + rest


def test_a_link_of_ones_own_is_another_and_ends_sooner():
    own = LINKS.token(Link(12, 3, "ida"))
    assert LINKS.read(own) == Link(12, 3, "ida")
    for forged in (own.removeprefix("~"), "~" + LINKS.token(Link(12, 3))):
        with pytest.raises(NoSuchLink):
            LINKS.read(forged)
    with pytest.raises(LinkExpired):
        Links("a key", "", lasts=timedelta(days=30), own_lasts=timedelta(seconds=-1)).read(own)


@pytest.mark.parametrize(
    "change",
    [
        of_another_photo,
        lambda token: token[:-9] + ("A" if token[-9] != "A" else "B") + token[-8:],
        lambda token: token[:-5],
        lambda token: token.upper(),
        lambda _: "",
        lambda _: "x" * 1000,
        lambda _: "é\0",
        lambda _: Links("another key", "", lasts=timedelta(days=1)).token(Link(12, 3)),
        lambda _: URLSafeTimedSerializer("a key", salt="session").dumps([12, 3]),
        lambda _: URLSafeTimedSerializer("a key", salt="result page").dumps("other"),
        lambda _: URLSafeTimedSerializer("a key", salt="result page").dumps(None),
    ],
)
def test_what_is_no_link_opens_nothing(change):
    with pytest.raises(NoSuchLink):
        LINKS.read(change(LINKS.token(Link(12, 3))))
