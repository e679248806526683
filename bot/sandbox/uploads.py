"""The client's side of an upload to the sandbox."""

from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter


class UploadAdapter(HTTPAdapter):
    """Sends `https:` requests as `http:`; mount it on the sandbox's own `https://` address.

    PRAW puts `https:` before the upload address whatever the server says.
    """

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        """Send without TLS."""
        request.url = (request.url or "").replace("https://", "http://", 1)
        return super().send(request, *args, **kwargs)
