"""A PRAW client that never sends one POST twice.

prawcore repeats any request after a 5xx answer or a broken connection, a comment among them, although Reddit may have
stored it. `SinglePostRequestor` turns these cases into `PostUncertain`, which prawcore does not know and so passes on.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from praw import Reddit
from prawcore import Requestor
from prawcore.exceptions import RequestException

__all__ = ["PostUncertain", "Reddit", "SinglePostRequestor", "connect"]

_REPEATABLE = ("/api/v1/access_token", "/api/read_message", "/api/del")
"""POSTs that change nothing more when they arrive twice."""


class PostUncertain(RuntimeError):
    """A POST whose fate is unknown: look for its effect before sending it again."""


class SinglePostRequestor(Requestor):
    """prawcore's requestor, without the repetition of POSTs."""

    def request(self, *args: Any, timeout: float | None = None, **kwargs: Any) -> requests.Response:
        """Send one request. Raises PostUncertain, or prawcore's RequestException."""
        method = str(args[0] if args else kwargs["method"]).upper()
        path = urlsplit(str(args[1] if len(args) > 1 else kwargs["url"])).path.rstrip("/")
        once = method == "POST" and not path.endswith(_REPEATABLE)
        try:
            response = super().request(*args, timeout=timeout, **kwargs)
        except RequestException as error:
            if once:
                raise PostUncertain(f"POST {path}: {error.original_exception!r}") from error
            raise
        if once and (response.status_code >= 500 or response.status_code == 408):
            raise PostUncertain(f"POST {path}: status {response.status_code}")
        return response


def connect(site: str | None, options: Mapping[str, Any]) -> Reddit:
    """A client for one thread (PRAW's are not safe to share).

    site: a section of praw.ini, or None. options: what overrides it, as keyword arguments of praw.Reddit.
    """
    return Reddit(
        site,
        requestor_class=SinglePostRequestor,
        requestor_kwargs={"session": requests.Session()},
        check_for_updates=False,
        ratelimit_seconds=0,  # a job waits in the database, not inside a request
        **options,
    )
