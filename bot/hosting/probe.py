"""Testing a host: upload a small picture, fetch it as a redditor would, and delete it."""

import io
import secrets
from contextlib import suppress

import requests
from PIL import Image

from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused, RetryLater, Uncertain
from bot.hosting.host import Host, Picture
from bot.outgoing import session, why

SECONDS = 30


def probe(host: Host, *, nsfw: bool = False) -> None:
    """Raises RetryLater, or Refused, with what went wrong."""
    out = io.BytesIO()
    Image.linear_gradient("L").save(out, "JPEG")
    picture = Picture(f"probe-{secrets.token_urlsafe(12)}", out.getvalue(), "A probe, deleted at once", nsfw)
    try:
        kept = host.upload(picture)
    except Uncertain:  # it may be there all the same
        with suppress(Refused, RetryLater):
            host.delete(picture.key, None)
        raise
    try:
        _look(host.name, kept.url)
    finally:
        host.delete(picture.key, kept.token)


def _look(name: str, url: str) -> None:
    try:
        with session() as visitor:
            answer = visitor.get(url, timeout=SECONDS)
    except requests.RequestException as error:
        raise RetryLater(
            f"{name} took a picture, but {url} cannot be read: {why(error)}", then=Outcome.HOST_FAILED
        ) from error
    kind = answer.headers.get("content-type", "")
    if answer.status_code != 200 or not kind.startswith("image/"):
        what = f"answers {answer.status_code} {kind}".rstrip()
        raise RetryLater(f"{name} took a picture, but {url} {what}: is it public?", then=Outcome.HOST_FAILED)
