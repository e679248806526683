"""Imgur, by its API version 3, without an account.

Imgur has no key of ours to find a picture by: one whose upload was cut short stays there, unknown, and is `Uncertain`.
What was uploaded in this process is remembered, so that a step that runs again does not upload it twice.
"""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import requests

from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused, RetryLater, Uncertain
from bot.hosting.host import CannotFind, Capabilities, Picture, StoredPicture
from bot.hosting.probe import probe
from bot.outgoing import never_sent, seconds_of, session, why

UPLOAD_CREDITS = 10
HOUR = 3600.0
REMEMBERED = 500
_TIMEOUT = (10, 60)


class ImgurHost:
    """Pictures at Imgur. clock: seconds since 1970, which is how Imgur names the end of a limit."""

    name = "imgur"
    capabilities = Capabilities(max_bytes=20_000_000, deletable=True, native=False, nsfw=False, finds=False)

    def __init__(
        self, client_id: str, *, api_url: str = "https://api.imgur.com", clock: Callable[[], float] = time.time
    ) -> None:
        self._client_id = client_id
        self._api_url = api_url.rstrip("/")
        self._clock = clock
        self._guard = threading.Lock()
        self._kept: dict[str, StoredPicture] = {}
        self._closed_until = 0.0
        self._out_of_credits = False

    def upload(self, picture: Picture) -> StoredPicture:
        """Upload the file, unless this process has done so."""
        with self._guard:
            if kept := self._kept.get(picture.key):
                return kept
        self._check_allowance()
        data = self._call(
            "POST",
            "/3/image",
            data={"type": "file", "title": picture.title},
            files={"image": ("picture.jpg", picture.content, picture.media_type)},
        )
        kept = StoredPicture(url=str(data["link"]), token=str(data["deletehash"]))
        with self._guard:
            self._kept[picture.key] = kept
            if len(self._kept) > REMEMBERED:
                self._kept.pop(next(iter(self._kept)))
        return kept

    def delete(self, key: str, token: str | None) -> None:
        """Delete by the deletehash. Raises CannotFind without one: then only Imgur itself could find the picture."""
        with self._guard:
            known = self._kept.pop(key, None)
        token = token or (known.token if known else None)
        if token is None:
            raise CannotFind(Outcome.HOST_FAILED, f"no deletehash of {key} is known, so it cannot be deleted at Imgur")
        self._call("DELETE", f"/3/image/{token}", gone_is_fine=True)

    def check(self) -> None:
        """Upload a probe, read it, delete it."""
        probe(self)

    def _check_allowance(self) -> None:
        """Raise RetryLater rather than run into a limit: five days with a limit reached cost the rest of a month."""
        wait = self._closed_until - self._clock()
        if wait <= 0 and self._out_of_credits:
            left = int(self._call("GET", "/3/credits")["ClientRemaining"])
            self._out_of_credits = left < UPLOAD_CREDITS
            wait = HOUR if self._out_of_credits else 0.0
        if wait > 0:
            raise RetryLater("Imgur's limit for this client is reached", then=Outcome.HOST_FAILED, seconds=wait)

    def _call(self, method: str, path: str, *, gone_is_fine: bool = False, **options: Any) -> Any:
        shown = path.rpartition("/")[0] if method == "DELETE" else path  # a deletehash is a secret
        doing = f"{method} {self._api_url}{shown}"
        headers = {"Authorization": f"Client-ID {self._client_id}"}
        try:
            with session() as asked:
                answer = asked.request(
                    method,
                    f"{self._api_url}{path}",
                    headers=headers,
                    timeout=_TIMEOUT,
                    allow_redirects=False,
                    **options,
                )
        except requests.RequestException as error:
            kind = Uncertain if method == "POST" and not never_sent(error) else RetryLater
            raise kind(f"{doing}: {why(error)}", then=Outcome.HOST_FAILED) from error
        self._note_limits(answer.headers)
        if answer.status_code == 404 and gone_is_fine:
            return None
        body = _json(answer)
        if answer.status_code == 200 and body.get("success") and "data" in body:
            return body["data"]
        said = f"{doing}: {answer.status_code} {_words(body)}".rstrip()
        if answer.status_code == 429:
            raise RetryLater(said, then=Outcome.HOST_FAILED, seconds=self._wait(answer.headers))
        if answer.status_code in {400, 413, 415} and method == "POST":
            raise Refused(Outcome.HOST_FAILED, said)
        if method == "POST" and (answer.status_code in {200, 408} or answer.status_code >= 500) and not body:
            raise Uncertain(said, then=Outcome.HOST_FAILED)  # no word of Imgur's: it may have kept the picture
        raise RetryLater(said, then=Outcome.HOST_FAILED)

    def _note_limits(self, headers: Mapping[str, str]) -> None:
        """Remember what the answer says about the three limits: of the client, of our address, and of uploads."""
        client = _number(headers, "X-RateLimit-ClientRemaining")
        if client is not None:
            self._out_of_credits = client < UPLOAD_CREDITS
        address, uploads = (
            _number(headers, "X-RateLimit-UserRemaining"),
            _number(headers, "X-Post-Rate-Limit-Remaining"),
        )
        if (address is not None and address < UPLOAD_CREDITS) or uploads == 0:
            self._closed_until = self._clock() + self._wait(headers)

    def _wait(self, headers: Mapping[str, str]) -> float:
        """How long the limit that was reached lasts; an hour when Imgur does not say."""
        named = seconds_of(headers.get("Retry-After"))
        if named is None and _number(headers, "X-Post-Rate-Limit-Remaining") == 0:
            named = _number(headers, "X-Post-Rate-Limit-Reset")
        if named is None and (end := _number(headers, "X-RateLimit-UserReset")) is not None:
            named = end - self._clock()
        return max(1.0, named) if named is not None else HOUR


def _number(headers: Mapping[str, str], name: str) -> float | None:
    text = headers.get(name, "")
    return float(text) if text.isdecimal() else None


def _json(answer: requests.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:  # an HTML page, from something in between
        return {}
    return body if isinstance(body, dict) else {}


def _words(body: Mapping[str, Any]) -> str:
    """Imgur's reason: a text, or an object with one."""
    data = body.get("data")
    error = data.get("error", "") if isinstance(data, dict) else ""
    return str(error.get("message", error) if isinstance(error, dict) else error)
