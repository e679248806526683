"""What an address that somebody wrote leads to, by its host and by the id in its path."""

import hashlib
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

from bot.domain.spellings import MOVING_SUFFIX, SPELLINGS, SUFFIX, Kind, Spelling

REDDIT: Final = "https://www.reddit.com"
IMAGES: Final = "https://i.redd.it"
VIDEOS: Final = "https://v.redd.it"
LONGEST: Final = 2000
"""Characters of an address; a longer one is none that a picture's host gives out."""

_PREVIEWS = "preview.redd.it"
_OWN_HOSTS = frozenset({"i.redd.it", _PREVIEWS, "v.redd.it"})
_ANY_PICTURE = re.compile(r".*\." + SUFFIX, re.DOTALL)
_ANY_FILM = re.compile(r".*\." + MOVING_SUFFIX, re.DOTALL)
_WIKI = re.compile(r"(?:(?P<language>[a-z-]{2,12})\.(?:m\.)?wikipedia|commons\.(?:m\.)?wikimedia)\.org")
_FILE = re.compile(
    r"(?:/wiki/|/media/)(?:(?:File|Image|Datei|Fichier|Archivo|Bestand|Plik):|Special:(?:FilePath|Redirect/file)/)"
    r"(?P<name>[^/?#]{3,240})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Address:
    """What an address leads to.

    url: of a picture or film, its best version, then `fallbacks`; otherwise the address as it was written. id: of an
    album, or the path of a share link. post, comment: the fullnames of a thread of Reddit's.
    """

    kind: Kind
    url: str
    fallbacks: tuple[str, ...] = ()
    id: str = ""
    post: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class AddressReader:
    """Where Reddit is, and where it keeps its pictures: its own addresses, or those of a sandbox."""

    reddit: str = REDDIT
    images: str = IMAGES

    @property
    def videos(self) -> str:
        """Where Reddit keeps its videos."""
        return VIDEOS if self.reddit == REDDIT else f"{self.reddit.rstrip('/')}/v.redd.it"

    def read(self, url: str) -> Address | None:
        """What an address leads to; None for one that names neither picture nor post, and for what is no address."""
        url = url.strip()
        if len(url) > LONGEST:
            return None
        try:
            parts = urlsplit(url)
            host = (parts.hostname or "").rstrip(".")
            own = parts.netloc == urlsplit(self.reddit).netloc
        except ValueError:
            return None
        if parts.scheme not in {"http", "https"} or not host:
            return None
        path = re.sub(r"//+", "/", parts.path)
        if own and self.reddit != REDDIT:
            # A sandbox keeps everything at one address: /i.redd.it/ID.jpg, /preview.redd.it/ID.jpg, /r/NAME/...
            host, _, rest = path.lstrip("/").partition("/")
            host, path = (host, f"/{rest}") if host in _OWN_HOSTS else ("www.reddit.com", path)
        if host.endswith("reddit.com") and path.rstrip("/") == "/media":
            return self._viewed(parts)
        if found := _wikimedia_file(host, parts):
            return found
        path = path.rstrip("/").removesuffix(".json") or "/"
        for row in SPELLINGS:
            if _matches(row, host) and (match := re.fullmatch(row.path, path)):
                return self._by(row, match, url, parts)
        if _ANY_FILM.fullmatch(path):
            return Address(Kind.MOVING, url)
        return Address(Kind.PICTURE, url) if _ANY_PICTURE.fullmatch(path) else None

    def _viewed(self, parts: SplitResult) -> Address | None:
        """Reddit's viewer, whose parameter is the picture's address; never one within another."""
        inner = parse_qs(parts.query).get("url", [""])[0]
        return self.read(inner) if "/media?" not in inner else None

    def _by(self, row: Spelling, match: re.Match[str], url: str, parts: SplitResult) -> Address:
        given = parse_qs(parts.query)
        names = {name: value or "" for name, value in match.groupdict().items()}
        names |= {name: given.get(name, [other])[0] for name, other in row.query}
        names["ext"] = names.get("ext", "").lower()

        def filled(template: str) -> str:
            filled = template.format(url=url, **names)
            return filled.replace(IMAGES, self.images, 1).replace(VIDEOS, self.videos, 1)

        match row.kind:
            case Kind.PICTURE | Kind.ALBUM | Kind.MOVING:
                best = filled(row.best) if row.best else url
                others = tuple(dict.fromkeys(other for one in row.others if (other := filled(one)) != best))
                album = names["id"] if row.kind is Kind.ALBUM else ""
                if album:
                    return Address(row.kind, url, (best,) if row.best else (), id=album)
                return Address(row.kind, best, others)
            case Kind.THREAD:
                comment = names.get("comment")
                post = f"t3_{names['post'].lower()}"
                return Address(row.kind, url, post=post, comment=f"t1_{comment.lower()}" if comment else None)
            case Kind.SHARE:
                return Address(row.kind, url, id=match[0])
        return Address(row.kind, url)


def is_address(url: str) -> bool:
    """Whether it can be read as an address at all."""
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False


@lru_cache(4096)
def _host_matches(pattern: str, host: str) -> bool:
    return fnmatchcase(host, pattern)


def _matches(row: Spelling, host: str) -> bool:
    return any(_host_matches(pattern, host) for pattern in row.hosts)


def _wikimedia_file(host: str, parts: SplitResult) -> Address | None:
    """A page about a file.

    The file lies where the MD5 of its name says (mediawiki.org, Manual:$wgHashedUploadDirectory).
    """
    wiki = _WIKI.fullmatch(host)
    title = parse_qs(parts.query).get("title", [""])[0] if parts.path == "/w/index.php" else ""
    page = _FILE.fullmatch(f"/wiki/{title}" if title else parts.path) or (
        _FILE.search(parts.fragment) if wiki else None
    )
    if wiki is None or page is None:
        return None
    name = unquote(page["name"]).replace(" ", "_")
    name = name[0].upper() + name[1:]
    if not _ANY_PICTURE.fullmatch(name):
        return Address(Kind.PAGE, parts.geturl())
    digest = hashlib.md5(name.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
    file = f"{digest[0]}/{digest[:2]}/{quote(name)}"
    places = ["commons", *([wiki["language"]] if wiki["language"] else [])]
    urls = [f"https://upload.wikimedia.org/wikipedia/{place}/{file}" for place in places]
    return Address(Kind.PICTURE, urls[0], tuple(urls[1:]))
