"""Reddit itself as a host: each picture is a post in the bot's own subreddit, an NSFW one in its NSFW twin."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused, RetryLater, Uncertain
from bot.domain.retry import LOOK_EVERY, may_show_up
from bot.hosting.host import Capabilities, Picture, StoredPicture
from bot.hosting.probe import probe
from bot.reddit import gallery
from bot.reddit.client import Reddit


class NativeHost:
    """Pictures at i.redd.it; the token is the fullname of the post.

    connect: makes a client; it is called once in each thread, because PRAW's clients must not be shared.
    answer_seconds: how long Reddit may work on a picture before the bot comes back for it later. lag: how long it may
    take to show a post that it has taken.
    """

    name = "native"

    def __init__(
        self,
        connect: Callable[[], Reddit],
        *,
        subreddit: str,
        nsfw_subreddit: str | None = None,
        answer_seconds: int = 10,
        lag: timedelta = timedelta(0),
    ) -> None:
        self.capabilities = Capabilities(
            max_bytes=gallery.LARGEST, deletable=True, native=True, nsfw=nsfw_subreddit is not None
        )
        self._connect = connect
        self._subreddit = subreddit
        self._nsfw_subreddit = nsfw_subreddit
        self._answer_seconds = answer_seconds
        self._lag = lag
        self._thread = threading.local()

    @property
    def _reddit(self) -> Reddit:
        if not hasattr(self._thread, "reddit"):
            self._thread.reddit = self._connect()
        client: Reddit = self._thread.reddit
        return client

    def upload(self, picture: Picture) -> StoredPicture:
        """Post the picture, or find the post that was made of it before."""
        subreddit = self._nsfw_subreddit if picture.nsfw else self._subreddit
        if subreddit is None:
            raise Refused(Outcome.HOST_FAILED, "there is no NSFW subreddit for the bot's pictures")
        with _named():
            post = gallery.post_picture(
                self._reddit,
                subreddit=subreddit,
                title=picture.title,
                mark=mark(picture.key),
                jpeg=picture.content,
                nsfw=picture.nsfw,
                answer_seconds=self._answer_seconds,
            )
        return StoredPicture(post.url, post.fullname)

    def find(self, key: str, since: timedelta) -> StoredPicture | None:
        """The picture of a post that Reddit may have made so long ago. Raises Uncertain while it may still show it."""
        with _named():
            post = gallery.find_picture_post(self._reddit, mark(key))
        if post is not None:
            return StoredPicture(post.url, post.fullname)
        if left := may_show_up(since, self._lag):
            text = "Reddit may have taken the picture, and does not show it yet: its post is looked for"
            raise Uncertain(text, then=Outcome.HOST_FAILED, seconds=min(left, LOOK_EVERY).total_seconds())
        return None

    def delete(self, key: str, token: str | None) -> None:
        """Delete the post. Without a token it is looked for; what is not to be found was never posted.

        So a post that Reddit may still show is not to be deleted yet.
        """
        with _named():
            if token is None:
                found = gallery.find_picture_post(self._reddit, mark(key))
                token = found.fullname if found else None
            if token is not None:
                gallery.delete_post(self._reddit, token)

    def check(self) -> None:
        """Post a probe in each subreddit, read it, delete it."""
        probe(self)
        if self._nsfw_subreddit is not None:
            probe(self, nsfw=True)


def mark(key: str) -> str:
    """An opaque mark in the title of a picture's post, by which the post is found again."""
    return hashlib.sha256(key.encode()).hexdigest()[:12]


@contextmanager
def _named() -> Iterator[None]:
    """Name all failures after hosting: a ban from the bot's own subreddit says nothing about the one that asked."""
    try:
        yield
    except gallery.MaybePosted as error:
        raise Uncertain(error.reason, then=Outcome.HOST_FAILED, seconds=error.seconds) from error
    except RetryLater as error:
        raise RetryLater(error.reason, then=Outcome.HOST_FAILED, seconds=error.seconds) from error
    except gallery.PictureRefused as error:
        raise Refused(Outcome.HOST_FAILED, error.detail) from error
    except Refused as error:
        raise RetryLater(error.detail, then=Outcome.HOST_FAILED) from error
