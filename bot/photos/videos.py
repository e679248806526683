"""The files of a video that Reddit keeps: pictures and sound lie apart, and a playlist (MPEG-DASH) names them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused
from bot.photos.fetch import Fetcher

_MPD = "{urn:mpeg:dash:schema:mpd:2011}"
_FILE = re.compile(r"[\w.-]{1,100}")
_SOUNDS = ("DASH_AUDIO_128.mp4", "DASH_AUDIO_64.mp4", "DASH_audio.mp4")
"""How Reddit has called the sound over the years, for a video without a playlist."""


@dataclass(frozen=True, slots=True)
class Playlist:
    """Addresses of the pictures, the largest that are allowed first, and of the best sound, if there is one."""

    pictures: tuple[str, ...]
    sound: str | None


def fetch_video(fetcher: Fetcher, url: str, most_pixels: int) -> tuple[bytes, bytes | None]:
    """Pictures and sound of the video at v.redd.it/ID.

    most_pixels: of a frame. Raises what `Fetcher.fetch` raises, and Refused(PHOTO_GONE) without a playlist.
    """
    address = f"{url}/DASHPlaylist.mpd"
    found = read_playlist(fetcher.fetch(address), address, most_pixels)
    pictures = _largest(fetcher, found.pictures)
    return pictures, None if found.sound is None else _sound(fetcher, [found.sound])


def _largest(fetcher: Fetcher, urls: Sequence[str]) -> bytes:
    """The first that does not have too many bytes."""
    for url in urls[:-1]:
        try:
            return fetcher.fetch(url)
        except Refused as refused:
            if refused.outcome is not Outcome.TOO_MANY_BYTES:
                raise
    return fetcher.fetch(urls[-1])


def fetch_pictures(fetcher: Fetcher, url: str) -> tuple[bytes, bytes | None]:
    """A video without a playlist, by the address of its pictures; the sound lies beside them, if anywhere."""
    return fetcher.fetch(url), _sound(fetcher, [urljoin(url, name) for name in _SOUNDS])


def _sound(fetcher: Fetcher, urls: list[str]) -> bytes | None:
    for url in urls:
        try:
            return fetcher.fetch(url)
        except Refused:  # there is none of that name: the film is worth having without
            continue
    return None


def read_playlist(data: bytes, address: str, most_pixels: int) -> Playlist:
    """What a playlist names; address: where it was found. Files of another folder are passed over.

    Raises Refused(PHOTO_GONE) for what is no playlist, or names no pictures.
    """
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Refused(Outcome.PHOTO_GONE, f"{address} is no playlist: {error}") from error
    pictures: list[tuple[int, int, str]] = []
    sounds: list[tuple[int, str]] = []
    for found in root.iter(f"{_MPD}AdaptationSet"):
        for one in found.iter(f"{_MPD}Representation"):
            name = (one.findtext(f"{_MPD}BaseURL") or "").strip()
            if not _FILE.fullmatch(name):
                continue
            bandwidth = _number(one, "bandwidth")
            if "audio" in (found.get("contentType") or one.get("mimeType") or found.get("mimeType") or ""):
                sounds.append((bandwidth, name))
            else:
                pictures.append((_number(one, "width") * _number(one, "height"), bandwidth, name))
    if not pictures:
        raise Refused(Outcome.PHOTO_GONE, f"{address} names no pictures")
    # Where all are too large the smallest is taken: the limit is said of it.
    fitting = [one for one in pictures if one[0] <= most_pixels] or [min(pictures)]
    sound = urljoin(address, max(sounds)[1]) if sounds else None
    return Playlist(tuple(urljoin(address, name) for *_, name in sorted(fitting, reverse=True)), sound)


def _number(element: Element, name: str) -> int:
    text = element.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 12 else 0
