"""Pictures at Reddit itself: as posts of the bot's own, and inside its comments.

Reddit tells over a websocket where a picture was posted, and that answer may fail although the post was made. So each
title ends in a mark by which the post can be found again, and nothing is posted before it has been looked for.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import ParseError

from praw.exceptions import ClientException, RedditAPIException, TooLargeMediaException
from praw.models import PostMedia

from bot.domain.outcomes import Outcome
from bot.domain.refusals import Refused, RetryLater, Uncertain
from bot.reddit.account import whoami
from bot.reddit.client import PostUncertain, Reddit
from bot.reddit.errors import action_for, translated
from bot.reddit.posting import Reply

LARGEST = 20_971_520
"""Bytes of a picture that Reddit takes."""

LONGEST_TITLE = 300
LOOKED_AT = 100
"""How many of the bot's newest posts are looked at: what one request gives."""


@dataclass(frozen=True, slots=True)
class PicturePost:
    """A post of the bot's own that shows a picture; `url` is the picture's address."""

    fullname: str
    url: str


class MaybePosted(RetryLater):
    """Reddit may have made the post, but it is not to be seen yet."""


class PictureRefused(Refused):
    """Reddit does not take the picture inside a comment there; a link may do."""


def post_picture(
    reddit: Reddit, *, subreddit: str, title: str, mark: str, jpeg: bytes, nsfw: bool, answer_seconds: int = 10
) -> PicturePost:
    """The bot's own post with that mark; made now when there is none.

    mark: letters and digits that stand for the picture and for nothing else. answer_seconds: how long the websocket
    may be silent. Raises MaybePosted, RetryLater, or Refused for a picture that Reddit will never take.
    """
    if found := find_picture_post(reddit, mark):
        return found
    doing = f"post a picture in r/{subreddit}"
    words = " ".join(title.split())[: LONGEST_TITLE - len(mark) - 3]
    fullname, why = None, "Reddit does not show it"
    with translated(doing, then=Outcome.HOST_FAILED), _uploading(doing):
        try:
            post = reddit.subreddit(subreddit).submit(
                f"{words} {_ending(mark)}".lstrip(),
                image=PostMedia(jpeg, name=f"{mark}.jpg"),
                nsfw=nsfw,
                send_replies=False,
                timeout=answer_seconds,
            )
            fullname = post.fullname if post else None
        except TooLargeMediaException:
            raise
        except PostUncertain as error:
            if not error.path.endswith("/api/submit"):  # the file did not get there, so nothing was posted
                raise
            why = str(error)
        # The websocket timed out, reported a failure, or sent something that cannot be parsed.
        except ClientException as error:
            why = str(error)
        except (ValueError, LookupError) as error:
            why = f"Reddit answered with something else ({type(error).__name__}: {error})"
    try:
        found = _shown(reddit, fullname) if fullname else find_picture_post(reddit, mark)
    except (RetryLater, Refused) as error:
        raise MaybePosted(f"{doing}: {error}", then=Outcome.HOST_FAILED) from error
    if found is None:
        raise MaybePosted(f"{doing}: {why}", then=Outcome.HOST_FAILED)
    return found


def find_picture_post(reddit: Reddit, mark: str) -> PicturePost | None:
    """The post with that mark among the bot's newest. Raises MaybePosted while Reddit still works on its picture."""
    name = whoami(reddit)
    with translated("look through the bot's own posts", then=Outcome.HOST_FAILED):
        answer = reddit.request(method="GET", path=f"user/{name}/submitted", params={"sort": "new", "limit": LOOKED_AT})
    for child in answer["data"]["children"]:
        if child["data"]["title"].endswith(_ending(mark)) and not _gone(child["data"]):
            return _picture(child["data"])
    return None


def delete_post(reddit: Reddit, fullname: str) -> None:
    """Delete a post of the bot's own and see that it is gone. Reddit may go on serving the file for a while."""
    doing = f"delete {fullname}"
    with translated(doing, then=Outcome.HOST_FAILED):
        reddit.post("api/del/", data={"id": fullname})
        left = [one for one in _info(reddit, fullname) if not _gone(one)]
    if left:
        raise RetryLater(f"{doing}: it is still there", then=Outcome.HOST_FAILED)


def inline_asset(reddit: Reddit, jpeg: bytes, name: str) -> str:
    """Upload a picture that shall stand inside a comment; returns its asset id. Raises PictureRefused or RetryLater."""
    doing = f"upload {name}"
    with translated(doing, then=Outcome.REPLY_FAILED), _uploading(doing):
        # PRAW offers this for self posts alone, within `submit`; a comment takes the same kind of asset.
        return PostMedia(jpeg, name=name)._upload(reddit, expected_mime_prefix="image", upload_type="selfpost")


def reply_with_picture(reddit: Reddit, *, parent: str, text: str, asset_id: str, caption: str) -> Reply:
    """Post a comment that shows an uploaded picture above its text.

    text: Markdown. Works only where the subreddit's `allowed_media_in_comments` has "static". Raises PictureRefused
    when Reddit does not take the picture there, else what `post_reply` raises.
    """
    doing = f"reply to {parent} with a picture"
    with translated(doing, then=Outcome.REPLY_FAILED, commenting=True):
        form = {"thing_id": parent, **_rich_text(reddit, text, asset_id, caption)}
        with _refusable(doing):
            made: Any = reddit.post("api/comment/", data=form)
        if not made:
            raise Uncertain(f"{doing}: Reddit gave no comment back", then=Outcome.REPLY_FAILED)
    return Reply(f"t1_{made[0].id}", str(vars(made[0]).get("permalink") or ""))


def edit_with_picture(reddit: Reddit, fullname: str, *, text: str, asset_id: str, caption: str) -> None:
    """Put other words and an uploaded picture into the bot's own comment; with words alone its picture would go.

    Raises PictureRefused when Reddit does not take the picture, else what `edit_reply` raises.
    """
    doing = f"edit {fullname} with a picture"
    with translated(doing, then=Outcome.REPLY_FAILED):
        form = {"thing_id": fullname, **_rich_text(reddit, text, asset_id, caption)}
        with _refusable(doing):
            reddit.post("api/editusertext/", data=form)


def picture_in(reddit: Reddit, fullname: str) -> str | None:
    """The asset id of the first picture that a comment shows now."""
    with translated(f"read {fullname}", then=Outcome.REPLY_FAILED):
        return next((asset for one in _info(reddit, fullname) for asset in one.get("media_metadata") or ()), None)


def _rich_text(reddit: Reddit, text: str, asset_id: str, caption: str) -> dict[str, str]:
    """The fields of a comment's form that hold an uploaded picture, and Markdown below it."""
    quiet = " ".join(caption.replace('"', "'").split())
    shown = f'![img]({asset_id} "{quiet}")\n\n{text}'
    converted = reddit.post("api/convert_rte_body_format", data={"output_mode": "rtjson", "markdown_text": shown})
    return {"text": text, "richtext_json": json.dumps(converted["output"])}


@contextmanager
def _refusable(doing: str) -> Iterator[None]:
    """What Reddit says to a comment with a picture, and not to a comment, is about the picture."""
    try:
        yield
    except RedditAPIException as error:
        item = error.items[0]
        if item.error_type == "RATELIMIT" or action_for(item.error_type):
            raise
        reason = f"{doing}: {item.error_type}: {item.message}"
        raise PictureRefused(Outcome.NOT_ALLOWED, reason) from error


def _ending(mark: str) -> str:
    return f"({mark})"


def _info(reddit: Reddit, fullname: str) -> list[dict[str, Any]]:
    answer = reddit.request(method="GET", path="api/info", params={"id": fullname})
    return [child["data"] for child in answer["data"]["children"]]


def _shown(reddit: Reddit, fullname: str) -> PicturePost | None:
    with translated(f"read {fullname}", then=Outcome.HOST_FAILED):
        return next((_picture(one) for one in _info(reddit, fullname)), None)


def _gone(post: Mapping[str, Any]) -> bool:
    return post.get("removed_by_category") == "deleted" or post.get("author") in {None, "[deleted]"}


def _picture(post: Mapping[str, Any]) -> PicturePost:
    if post.get("domain") != "i.redd.it":
        raise MaybePosted(f"Reddit still works on the picture of {post['name']}", then=Outcome.HOST_FAILED)
    return PicturePost(post["name"], post["url"])


@contextmanager
def _uploading(doing: str) -> Iterator[None]:
    """What goes wrong with the file itself."""
    try:
        yield
    except TooLargeMediaException as error:
        raise PictureRefused(Outcome.HOST_FAILED, f"{doing}: {error}") from error
    except ParseError as error:  # PRAW reads every refusal of the storage as XML
        raise RetryLater(f"{doing}: the storage refused the file", then=Outcome.HOST_FAILED) from error
