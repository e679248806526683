"""The photos of an imgur album, by imgur's API; its pages show them to browsers only."""

import requests

from bot.domain.candidates import Candidate
from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused, RetryLater
from bot.outgoing import session, why


class Albums:
    """Asks imgur. client_id: of the operator's own application at imgur; None: albums cannot be read."""

    def __init__(self, client_id: str | None, api_url: str = "https://api.imgur.com") -> None:
        self._client_id = client_id
        self._api_url = api_url.rstrip("/")

    def photos(self, album: str) -> tuple[Candidate, ...] | None:
        """The pictures of an album in its order; None without a client id.

        Raises Refused(PHOTO_GONE) for what imgur knows as no album (a gallery may be a single picture), and RetryLater
        when imgur is busy or not there.
        """
        if self._client_id is None:
            return None
        try:
            with session() as imgur:
                answer = imgur.get(
                    f"{self._api_url}/3/album/{album}/images",
                    headers={"Authorization": f"Client-ID {self._client_id}"},
                    timeout=15,
                    allow_redirects=False,
                )
            if answer.status_code in {403, 404}:
                raise Refused(Outcome.PHOTO_GONE, f"imgur has no album {album} (any more)")
            if not answer.ok:
                what = f"imgur album {album}: imgur answered {answer.status_code}"
                raise RetryLater(what, then=Outcome.PHOTO_UNREACHABLE)
            images = answer.json()["data"]
            return tuple(Candidate(image["link"]) for image in images if str(image["type"]).startswith("image/"))
        except (ValueError, KeyError, TypeError) as error:
            what = f"imgur album {album}: imgur answered with something else ({type(error).__name__}: {error})"
            raise RetryLater(what, then=Outcome.PHOTO_UNREACHABLE) from error
        except requests.RequestException as error:
            raise RetryLater(f"imgur album {album}: {why(error)}", then=Outcome.PHOTO_UNREACHABLE) from error
