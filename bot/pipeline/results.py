"""What steps find out about their job, each result with the columns of `Job` that it sets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.domain.delivery import Delivery
from bot.domain.outcomes import Outcome
from bot.domain.reddit_types import Post
from bot.domain.request import Request


class Result(Protocol):
    """Written to the job's row together with the stage that comes next."""

    def columns(self) -> Mapping[str, Any]:
        """The new values, by column of `Job`."""


@dataclass(frozen=True, slots=True)
class Located:
    """What is asked for and where the answer goes. post: what the summons is about; None for a picture linked to."""

    request: Request
    notes: tuple[str, ...]
    delivery: Delivery
    post: Post | None

    def columns(self) -> Mapping[str, Any]:
        """The request, and what is remembered of the post."""
        asked = {"wanted": self.request.to_json(), "notes": list(self.notes), "delivery": self.delivery}
        if self.post is None:
            return asked
        return asked | {
            "post": self.post.fullname,
            "title": self.post.title,
            "subreddit": self.post.subreddit,
            "post_author": self.post.author,
            "nsfw": self.post.over_18,
        }


@dataclass(frozen=True, slots=True)
class Noted:
    """What the asker is told besides the picture."""

    notes: tuple[str, ...]

    def columns(self) -> Mapping[str, Any]:
        """All notes so far."""
        return {"notes": list(self.notes)}


@dataclass(frozen=True, slots=True)
class GivenAgain:
    """A photo has its result from an earlier job. located: what was found just before; None where that is stored."""

    located: Located | None = None

    def columns(self) -> Mapping[str, Any]:
        """The outcome, known before the reply."""
        found = self.located.columns() if self.located is not None else {}
        return {**found, "outcome": Outcome.GIVEN_AGAIN}


@dataclass(frozen=True, slots=True)
class Commanded:
    """A command was carried out. answer, delivery: the words about it and where they go; None where none are due."""

    request: Request
    outcome: Outcome
    answer: str | None = None
    delivery: Delivery | None = None

    def columns(self) -> Mapping[str, Any]:
        """The command and its outcome."""
        done = {"wanted": self.request.to_json(), "outcome": self.outcome}
        return done if self.delivery is None else done | {"answer": self.answer, "delivery": self.delivery}


@dataclass(frozen=True, slots=True)
class Explained:
    """A refusal that the asker is told of: its outcome, the detail for the reply log, the words, and where they go."""

    outcome: Outcome
    detail: str
    answer: str
    delivery: Delivery

    def columns(self) -> Mapping[str, Any]:
        """The end of the job, and its answer."""
        end = {"outcome": self.outcome, "detail": self.detail}
        return end | {"answer": self.answer, "delivery": self.delivery}


@dataclass(frozen=True, slots=True)
class Redirected:
    """The answer goes to another place than was decided."""

    delivery: Delivery

    def columns(self) -> Mapping[str, Any]:
        """The other place."""
        return {"delivery": self.delivery}


@dataclass(frozen=True, slots=True)
class Undone:
    """The outcome is open again: the result that was to be given is gone."""

    def columns(self) -> Mapping[str, Any]:
        """No outcome."""
        return {"outcome": None}


@dataclass(frozen=True, slots=True)
class Replied:
    """The bot's reply stands.

    fullname: None where Reddit does not tell that of a message, and where there is a page alone.
    outcome: how the job ends, where that is another way than usual.
    """

    fullname: str | None
    permalink: str
    at: datetime
    outcome: Outcome | None = None

    def columns(self) -> Mapping[str, Any]:
        """The reply; its fate is known."""
        end: dict[str, Any] = {} if self.outcome is None else {"outcome": self.outcome}
        given = {"reply": self.fullname, "reply_permalink": self.permalink, "replied_at": self.at}
        return {**end, **given, "sent_at": None}
