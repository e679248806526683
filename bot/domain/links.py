"""Signed links to result pages. Nobody else can make one, or turn one into another's; each ends by itself. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer

FOLDER = "/photo/"
"""Where result pages are, below the address of the web process."""

_SALT, _OWN_SALT = "result page", "result page of one person"
OWN = "~"
"""The first letter of the token of somebody's own link, which no other token begins with."""

_LONGEST = 300  # characters of a token


@dataclass(frozen=True, slots=True)
class Link:
    """What a link leads to: one photo of one job. photo: its number, from 1.

    person: whose own link it is, who may change the bot's reply; None for a link that everybody has.
    """

    job: int
    photo: int
    person: str | None = None


class NoSuchLink(ValueError):
    """The link was not made here, or not all of it arrived."""


class LinkExpired(ValueError):
    """The link was made here, and its time is over."""


class Links:
    """Makes and reads links.

    base: the public address of the web process. lasts, own_lasts: how long a link can be used that everybody has, and
    one of somebody's own.
    """

    def __init__(self, key: str, base: str, *, lasts: timedelta, own_lasts: timedelta = timedelta(days=2)) -> None:
        self.base = base.rstrip("/")
        self.own_lasts = own_lasts
        self._serializer = URLSafeTimedSerializer(key, salt=_SALT)
        self._own_serializer = URLSafeTimedSerializer(key, salt=_OWN_SALT)
        self._lasts = lasts

    def page(self, job: int, photo: int, person: str | None = None) -> str:
        """The address of a photo's result page."""
        return f"{self.base}{FOLDER}{self.token(Link(job, photo, person))}"

    def studio(self, job: int, photo: int, person: str | None = None) -> str:
        """The address at which the photo's colours are corrected."""
        return f"{self.page(job, photo, person)}/studio/"

    def token(self, link: Link) -> str:
        """The part of an address that says what it leads to."""
        if link.person is not None:
            return OWN + str(self._own_serializer.dumps([link.job, link.photo, link.person]))
        return str(self._serializer.dumps([link.job, link.photo]))

    def read(self, token: str) -> Link:
        """What a token leads to. Raises NoSuchLink and LinkExpired."""
        if len(token) > _LONGEST:
            raise NoSuchLink("the link is longer than any that is made here")
        own = token.startswith(OWN)
        serializer, lasts = (self._own_serializer, self.own_lasts) if own else (self._serializer, self._lasts)
        try:
            found, made = serializer.loads(token.removeprefix(OWN), return_timestamp=True)
            link = Link(*found)
        except (BadSignature, ValueError, TypeError) as error:
            raise NoSuchLink("the link was not made here, or a part of it is missing") from error
        if datetime.now(UTC) - made > lasts:
            raise LinkExpired(f"the link was made on {made:%Y-%m-%d}")
        return link
