"""Signed links to result pages. Nobody else can make one, or turn one into another's; each ends by itself. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer

FOLDER = "/photo/"
"""Where result pages are, below the address of the web process."""

_SALT = "result page"
_LONGEST = 300  # characters of a token


@dataclass(frozen=True, slots=True)
class Link:
    """What a link leads to: one photo of one job. photo: its number, from 1."""

    job: int
    photo: int


class NoSuchLink(ValueError):
    """The link was not made here, or not all of it arrived."""


class LinkExpired(ValueError):
    """The link was made here, and its time is over."""


class Links:
    """Makes and reads links. base: the public address of the web process. lasts: how long a link can be used."""

    def __init__(self, key: str, base: str, *, lasts: timedelta) -> None:
        self.base = base.rstrip("/")
        self._serializer = URLSafeTimedSerializer(key, salt=_SALT)
        self._lasts = lasts

    def page(self, job: int, photo: int) -> str:
        """The address of a photo's result page."""
        return f"{self.base}{FOLDER}{self.token(Link(job, photo))}"

    def token(self, link: Link) -> str:
        """The part of an address that says what it leads to."""
        return str(self._serializer.dumps([link.job, link.photo]))

    def read(self, token: str) -> Link:
        """What a token leads to. Raises NoSuchLink and LinkExpired."""
        if len(token) > _LONGEST:
            raise NoSuchLink("the link is longer than any that is made here")
        try:
            (job, photo), made = self._serializer.loads(token, return_timestamp=True)
        except (BadSignature, ValueError, TypeError) as error:
            raise NoSuchLink("the link was not made here, or a part of it is missing") from error
        if datetime.now(UTC) - made > self._lasts:
            raise LinkExpired(f"the link was made on {made:%Y-%m-%d}")
        return Link(job, photo)
