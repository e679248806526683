"""A PRAW client that never sends one POST twice.

prawcore repeats any request after a 5xx answer or a broken connection, a comment among them, although Reddit may have
stored it. `SinglePostRequestor` turns these cases into `PostUncertain`, which prawcore does not know and so passes on;
so it does with an answer that is not Reddit's, such as a page of a proxy's. What never left this machine is repeated.
"""

from collections.abc import Mapping
from configparser import NoSectionError
from typing import Any
from urllib.parse import urlsplit

import praw
import requests
from praw.exceptions import MissingRequiredAttributeException
from prawcore import Requestor
from prawcore.exceptions import RequestException

from bot.outgoing import never_sent, session, why
from bot.reddit.clock import RedditClock

__all__ = ["NotConfigured", "PostUncertain", "Reddit", "SinglePostRequestor", "connect", "secrets_of"]

_REPEATABLE = (
    "/api/v1/access_token",
    "/api/read_message",
    "/api/del",
    "/api/media/asset.json",
    "/api/convert_rte_body_format",
)
"""POSTs that change nothing more when they arrive twice."""


class PostUncertain(RuntimeError):
    """A POST whose fate is unknown: look for its effect before sending it again."""

    def __init__(self, path: str, what: str) -> None:
        super().__init__(f"POST {path}: {what}")
        self.path = path


class SinglePostRequestor(Requestor):
    """prawcore's requestor, without the repetition of POSTs. clock: hears what time it is at Reddit."""

    def __init__(self, *args: Any, clock: RedditClock | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self._clock = clock or RedditClock()

    def request(self, *args: Any, timeout: float | None = None, **kwargs: Any) -> requests.Response:
        """Send one request. Raises PostUncertain, or prawcore's RequestException."""
        method = str(args[0] if args else kwargs.pop("method")).upper()
        url = self._reached(str(args[1] if len(args) > 1 else kwargs.pop("url")))
        path = urlsplit(url).path.rstrip("/")
        self._keep_token_at_home(url, kwargs.get("headers") or {})
        once = method == "POST" and not path.endswith(_REPEATABLE)
        try:
            response = super().request(method, url, *args[2:], timeout=timeout, **kwargs)
        except RequestException as error:
            uncertain, words = once and not never_sent(error.original_exception), why(error)
            error.original_exception.args = (words,)  # prawcore logs it before it tries again
            if uncertain:
                raise PostUncertain(path, words) from error
            raise
        if urlsplit(url)[:2] == urlsplit(self.oauth_url)[:2]:
            self._clock.hear(response.headers.get("Date"))
        if once and (response.status_code >= 500 or response.status_code == 408):
            raise PostUncertain(path, f"status {response.status_code}")
        if once and response.ok and path.startswith("/api/") and not _readable(response):
            raise PostUncertain(path, f"status {response.status_code}, and something else than JSON")
        return response

    def _keep_token_at_home(self, url: str, headers: Mapping[str, str]) -> None:
        """PRAW joins paths to Reddit's address, and a path that is an address itself would take its place."""
        if "Authorization" in headers and urlsplit(url)[:2] != urlsplit(self.oauth_url)[:2]:
            raise ValueError(f"the bot's token is not for {urlsplit(url).netloc}")

    def _reached(self, url: str) -> str:
        """PRAW puts `https:` before an upload's address, which another Reddit without TLS does not speak."""
        plain = self.oauth_url.startswith("http://") and url.startswith(self.oauth_url.replace("http", "https", 1))
        return url.replace("https", "http", 1) if plain else url


def _readable(response: requests.Response) -> bool:
    """Whether it is JSON, or announced as nothing."""
    if response.status_code == 204 or response.headers.get("content-length") == "0":
        return True
    try:
        response.json()
    except ValueError:
        return False
    return True


class Reddit(praw.Reddit):
    """PRAW's client without its repetition of POSTs. clock: the time by Reddit, as this client last heard it."""

    def __init__(self, site: str | None, **options: Any) -> None:
        self.clock = RedditClock()
        super().__init__(
            site,
            requestor_class=SinglePostRequestor,
            requestor_kwargs={"session": session(), "clock": self.clock},
            check_for_updates=False,
            ratelimit_seconds=0,  # a job waits in the database, not inside a request
            **options,
        )


class NotConfigured(ValueError):
    """praw.ini or the options lack something; the message says what."""


def connect(site: str | None, options: Mapping[str, Any]) -> Reddit:
    """A client for one thread (PRAW's are not safe to share).

    site: a section of praw.ini, or None. options: what overrides it, as keyword arguments of praw.Reddit. Raises
    NotConfigured.
    """
    try:
        reddit = Reddit(site, **options)
    except NoSectionError as error:
        raise NotConfigured(f"praw.ini has no section [{site}], which reddit.site names") from error
    except MissingRequiredAttributeException as error:
        raise NotConfigured(f"the section of praw.ini that reddit.site names is not complete: {error}") from error
    if reddit.read_only:
        raise NotConfigured("neither username and password nor a refresh_token are set for Reddit")
    return reddit


def secrets_of(reddit: Reddit) -> list[str]:
    """What a log must not show, wherever the client has it from."""
    config = reddit.config
    found = (config.client_secret, config.password, config.refresh_token)
    return [value for value in found if isinstance(value, str)]
